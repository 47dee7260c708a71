use recharge::domain::*;
use recharge::engine::*;
use recharge::metrics::Metrics;
use recharge::payments::*;
use recharge::policy::*;
use recharge::streams::Streams;

fn setup() -> Setup {
    let zone = Zone::UTC;
    let day = |d: u32| {
        chrono::NaiveDate::from_ymd_opt(2026, 1, 1)
            .unwrap()
            .checked_add_days(chrono::Days::new(d.into()))
            .unwrap()
    };
    let horizon =
        Window { from: zone.midnight(day(0)).unwrap(), to: zone.midnight(day(31)).unwrap() };
    Setup {
        horizon,
        policy: Policy {
            zone,
            minor: 2,
            cycles: Cycles::new(zone, day(0).and_hms_opt(0, 0, 0).unwrap(), 1),
            plan: Plan {
                name: "starter".into(),
                fee: "19".parse().unwrap(),
                allowance: Credits::whole(3000),
            },
            rollover: Rollover::default(),
            trigger: Trigger::AtOrBelow(Credits::whole(100)),
            firing: Firing::Level,
            poll: None,
            cooldown: None,
            purchase: Purchase::Packs {
                package: Package {
                    name: "1000".into(),
                    credits: Credits::whole(1000),
                    price: "7".parse().unwrap(),
                },
                packs: 1,
            },
            caps: vec![],
            lifetime: Lifetime::Never,
            burn_order: BurnOrder::default(),
            terms: PaymentTerms {
                retry_after: vec![Duration::HOUR],
                disable_after: Some(1),
                soft_decline: OnFailure::Count,
                hard_decline: OnFailure::Count,
                processor_outage: OnFailure::Count,
            },
            eligibility: Eligibility::default(),
            service: Service::default(),
        },
        opening: None,
        enabled: true,
        facts: Prerequisites::ALL,
        actions: vec![],
    }
}

#[test]
fn worked() {
    let setup = setup();
    let luck = Luck {
        latency: Wait::Fixed(Duration::from_millis(5000)),
        fail_attempts: vec![2],
        repair: Some(Repair {
            after: Wait::Fixed(Duration::from_millis(2 * 86_400_000)),
            probability: Share::ALL,
        }),
        ..Luck::default()
    };
    for pace in [Pace::Skip, Pace::Step] {
        let mut chunk = Chunk::new();
        for h in 0..744 {
            chunk
                .push(
                    setup.horizon.from.plus(Duration::from_millis(h * 3_600_000)),
                    Credits::whole(10),
                )
                .unwrap();
        }
        let mut e = Engine::start(
            &setup,
            pace,
            Processor::new(&luck, Streams { seed: 0, replication: 0 }),
            Metrics::new(setup.horizon),
        )
        .unwrap();
        e.feed(&chunk).unwrap();
        let m = e.finish().unwrap();
        let f = m.total();
        println!("{f:#?}");
        assert_eq!(f.recharges, 5);
        assert_eq!(f.total_spend().text(2), "54.00");
        assert_eq!(
            (f.served.to_string(), f.demanded.to_string(), f.refused_events, f.outages),
            ("7060".into(), "7440".into(), 38, 1)
        );
        assert_eq!(
            (f.downtime.millis(), f.exhausted.millis(), f.closing_balance.to_string()),
            (133_210_000, 136_810_000, "940".into())
        );
        assert!(f.balances());
    }
}
