//! Refused usage by local date, weekday and hour.
//!
//! For a few dates every hour is kept; for many, the sum for each hour of the week and the number
//! of dates of each weekday with refusals, so that a single bad day is not taken for a pattern.

use chrono::{Datelike, NaiveDate, Timelike};

use crate::domain::{CreditTotal, Credits, Instant, Zone};

/// Refused credits by hour of a day.
pub type Hours = [CreditTotal; 24];

/// Refused credits of a date, by hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfRefusals {
    /// The date.
    pub date: NaiveDate,
    /// By hour.
    pub hours: Hours,
}

impl DayOfRefusals {
    /// All of it.
    pub fn sum(&self) -> CreditTotal {
        self.hours.iter().fold(CreditTotal::ZERO, |sum, &hour| sum + hour)
    }
}

/// Refused usage on one weekday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeekdayOfRefusals {
    /// By hour.
    pub hours: Hours,
    /// Number of dates.
    pub dates: u64,
    /// The amount on the worst date.
    pub most: CreditTotal,
}

impl WeekdayOfRefusals {
    /// All of it.
    pub fn sum(&self) -> CreditTotal {
        self.hours.iter().fold(CreditTotal::ZERO, |sum, &hour| sum + hour)
    }
}

/// The local hour around the last refusal, so that not every event needs a calendar lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LastHour {
    minute: i64,
    date: NaiveDate,
    hour: usize,
}

/// Refused usage by time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    days: Vec<DayOfRefusals>,
    dates: u64,
    weekdays: [WeekdayOfRefusals; 7],
    last: Option<LastHour>,
    /// Refused on the last date.
    today: CreditTotal,
}

impl Refusals {
    /// The most dates of which every hour is kept.
    pub const DAYS: u64 = 31;

    /// Adds what was refused at an instant; instants only go forward.
    pub(super) fn add(&mut self, zone: Zone, at: Instant, credits: Credits) {
        let minute = at.millis().div_euclid(60_000);
        let now = match self.last {
            Some(last) if last.minute == minute => last,
            _ => {
                let local = zone.local(at);
                LastHour { minute, date: local.date(), hour: local.hour() as usize }
            }
        };
        let is_new = self.last.is_none_or(|last| last.date != now.date);
        self.last = Some(now);
        let weekday = &mut self.weekdays[now.date.weekday().num_days_from_monday() as usize];
        if is_new {
            self.dates += 1;
            weekday.dates += 1;
            self.today = CreditTotal::ZERO;
            if self.dates <= Refusals::DAYS {
                self.days.push(DayOfRefusals { date: now.date, hours: Hours::default() });
            }
        }
        self.today += credits;
        weekday.hours[now.hour] += credits;
        weekday.most = weekday.most.max(self.today);
        if let Some(day) = self.days.last_mut().filter(|day| day.date == now.date) {
            day.hours[now.hour] += credits;
        }
    }

    /// The number of dates on which anything was refused.
    pub fn dates(&self) -> u64 {
        self.dates
    }

    /// Every date with refusals, if there are few.
    pub fn days(&self) -> Option<&[DayOfRefusals]> {
        (self.dates <= Refusals::DAYS).then_some(self.days.as_slice())
    }

    /// Refused usage by weekday, Monday first.
    pub fn weekdays(&self) -> &[WeekdayOfRefusals; 7] {
        &self.weekdays
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTC_DAY: i64 = 86_400_000;

    fn refused(instants: impl IntoIterator<Item = i64>) -> Refusals {
        let mut refusals = Refusals::default();
        let zone = Zone::from_name("UTC").unwrap();
        for at in instants {
            refusals.add(zone, Instant::from_millis(at), Credits::from_micro(1_000_000));
        }
        refusals
    }

    #[test]
    fn one_bad_day_is_one_date_however_much_it_refused() {
        // 1 January 1970 was a Thursday.
        let refusals = refused((0..50).map(|minute| minute * 60_000).chain([7 * UTC_DAY]));
        let thursday = refusals.weekdays()[3];
        assert_eq!((refusals.dates(), thursday.dates), (2, 2));
        assert_eq!(thursday.most.micro(), 50_000_000);
        assert_eq!(thursday.sum().micro(), 51_000_000);
        let days = refusals.days().unwrap();
        assert_eq!(
            days.iter().map(|day| day.sum().micro()).collect::<Vec<_>>(),
            [50_000_000, 1_000_000]
        );
    }

    #[test]
    fn hours_are_kept_of_as_many_dates_as_a_month_has() {
        let month = |days: i64| refused((0..days).map(|day| day * UTC_DAY));
        assert_eq!(month(31).days().map(<[_]>::len), Some(31));
        assert_eq!(month(32).days(), None);
        assert_eq!(month(32).dates(), 32);
    }
}
