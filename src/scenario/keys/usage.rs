//! Keys: where usage comes from.

use crate::domain::{Credits, Duration, Instant, Share, Zone};
use crate::scenario::declare::{
    Cases, Defaulted, InnerTable, Key, KeyTable, KindOf, OneOf, Optional, Required, TableList,
    ValueKind, WordCase,
};
use crate::scenario::scalar::MonthlyGrowth;
use crate::scenario::value::WeightedColumns;
use crate::scenario::words::{Choice, LawName, SpreadWord};
use crate::usage::TimeForm;
use crate::usage::export::{Charset, HeaderPlace, NO_HEADER, ShortRows};
use crate::usage::generate::AmountLaw;
use crate::usage::meaning::blank::Blanks;
use crate::usage::meaning::formula::Condition;
use crate::usage::meaning::moment::DateOrder;
use crate::usage::meaning::number::DecimalMark;
use crate::usage::meaning::{BelowZero, Keep, ProfileChoice, Totals};

use super::kinds;

static CREDITS_OR_LAW: [ValueKind; 2] = [kinds::POSITIVE.kind, ValueKind::Table(&amount::TABLE)];
const SHAPE_HOURS: KindOf<Vec<f64>> = kinds::list(&kinds::TIMES, 24, 24);
const SHAPE_WEEKDAYS: KindOf<Vec<f64>> = kinds::list(&kinds::TIMES, 7, 7);

pub const SIGMA: Key<f64, Required> =
    Key::required("sigma", kinds::number(0.0, 10.0), "The standard deviation of the logarithm.")
        .example("0.8");
pub const STEP: Key<Credits, Defaulted> =
    Key::default("step", kinds::POSITIVE, "1", "Amounts are rounded to a multiple of this.");
pub const FILE: Key<String, Optional> =
    Key::optional("file", kinds::TEXT, "A usage file, a folder of them, or a pattern such as `usage-2026-*.csv`, relative to the scenario's folder.")
        .example("\"usage.csv\"");
pub const EVENTS: Key<TableList, Optional> =
    Key::optional("events", kinds::rows(&event::KIND, 0, 100_000), "Events, in any order.")
        .example("[{ at = 2026-01-03T10:00:00, credits = 5 }]");
pub const GENERATE: Key<InnerTable, Optional> =
    Key::optional("generate", kinds::table(&generate::TABLE), "Randomly generated usage.");
pub const MODEL: Key<InnerTable, Optional> = Key::optional(
    "model",
    kinds::table(&model::TABLE),
    "Usage to come, drawn from a model learned from `file`; what is set here replaces what is learned.",
);
pub const TIME: Key<String, Optional> = Key::optional(
    "time",
    kinds::TEXT,
    "The column with the time, or several: as `time or timestamp`, the first that is filled, as `Year and Month and Day` (or the first two) the parts of a date; guessed from the header if left out.",
)
.example("\"timestamp\"");
pub const AMOUNT: Key<String, Optional> = Key::optional(
    "amount",
    kinds::TEXT,
    "The column with the credits, or sums and products of columns such as `price * amount`; `rise of` and `fall of` a column are what it \
     rises or falls by from row to row; guessed from the header if left out.",
)
.example("\"credits\"");
pub const AMOUNTS: Key<WeightedColumns, Optional> = Key::optional(
    "amounts",
    KindOf::new(ValueKind::Catalogue(&ValueKind::Factor)),
    "Columns to add up, each multiplied by its credits per unit.",
)
.example("{ ContextTokens = \"0.001\", GeneratedTokens = \"0.003\" }");
pub const AMOUNT_PER_ROW: Key<Credits, Optional> =
    Key::optional("amount_per_row", kinds::CREDITS, "Credits of each row.").example("1");
pub const TIME_FORM: Key<TimeForm, Defaulted> = Key::default(
    "time_form",
    kinds::words::<TimeForm>(),
    "\"guess\"",
    "Format of the time column.",
)
.harmless();
pub const SKIP_BAD_ROWS: Key<bool, Defaulted> = Key::default(
    "skip_bad_rows",
    kinds::FLAG,
    "false",
    "True if unreadable rows are skipped and counted.",
)
.harmless();
pub const SORT_INPUT: Key<bool, Defaulted> = Key::default(
    "sort_input",
    kinds::FLAG,
    "false",
    "True if rows are sorted in memory from the start; for standard input that is not in time \
     order.",
)
.harmless();
pub const SORT_LIMIT: Key<u64, Defaulted> = Key::default(
    "sort_limit",
    kinds::count(1, 1_000_000_000),
    "5000000",
    "Maximum number of out-of-order events sorted in memory.",
)
.harmless();
pub const SKIP_LIMIT: Key<Share, Defaulted> = Key::default(
    "skip_limit",
    kinds::SHARE,
    "\"0.1%\"",
    "The most rows that `skip_bad_rows` may skip, as a share of all; one always may.",
)
.harmless();
pub const PROFILE: Key<ProfileChoice, Optional> = Key::optional(
    "profile",
    KindOf::new(ValueKind::Text),
    "Profile of the export: the name of a profile, a profile's file, or `none`; found by the \
     header if left out.",
)
.example("\"cursor-usage-events\"");
static HEADER_KINDS: [ValueKind; 2] =
    [ValueKind::Count { least: 1, most: 1_000_000 }, ValueKind::Words(no_header)];

/// The word for a file without a header.
fn no_header() -> Vec<(&'static str, &'static str)> {
    vec![(NO_HEADER, "the columns are called `column_1`, `column_2` and so on")]
}

pub const HEADER_LINE: Key<HeaderPlace, Optional> = Key::optional(
    "header_line",
    KindOf::new(ValueKind::Either(&HEADER_KINDS)),
    "The line of the header, from 1; found if left out.",
)
.example("3");
pub const ENCODING: Key<Charset, Optional> = Key::optional(
    "encoding",
    kinds::words::<Charset>(),
    "The encoding of text; found if left out.",
);
pub const SHORT_ROWS: Key<ShortRows, Optional> = Key::optional(
    "short_rows",
    kinds::words::<ShortRows>(),
    "What happens to rows with fewer cells than the header; refused if left out.",
);
pub const RECORDS: Key<String, Optional> = Key::optional(
    "records",
    kinds::TEXT,
    "The array of a JSON document that holds the records, with `*` for every key of an object; found if left out.",
)
.example("\"data\"");
pub const SHEET: Key<String, Optional> = Key::optional(
    "sheet",
    kinds::TEXT,
    "The sheet of a workbook, or the table of a page or of a dump, or a pattern with `*` for several with one header; found if left out.",
)
.example("\"March\"");
pub const TIME_OF_DAY: Key<String, Optional> = Key::optional(
    "time_of_day",
    kinds::TEXT,
    "The column with the time of day, where the time column holds dates alone.",
)
.example("\"START TIME\"");
pub const ZONE: Key<Zone, Optional> = Key::optional(
    "zone",
    kinds::ZONE,
    "The zone of times that have no offset from UTC; that in their header, or the scenario's, if left out.",
)
.example("\"UTC\"");
pub const DATE_ORDER: Key<DateOrder, Optional> = Key::optional(
    "date_order",
    kinds::words::<DateOrder>(),
    "Order of day and month in dates such as 9/2/2026, and of the year in such as 26-02-09; shown by the column if left out.",
);
pub const DECIMAL: Key<DecimalMark, Optional> = Key::optional(
    "decimal",
    kinds::words::<DecimalMark>(),
    "Decimal mark of numbers; shown by the column if left out.",
);
pub const BLANKS: Key<Blanks, Optional> = Key::optional(
    "blanks",
    kinds::words::<Blanks>(),
    "Treatment of cells without an amount (empty, `--`, `NULL`, `Included`, `Unlimited`); if left \
     out, zero, and `Unlimited` is refused.",
);
pub const BELOW_ZERO: Key<BelowZero, Optional> = Key::optional(
    "below_zero",
    kinds::words::<BelowZero>(),
    "Treatment of rows with an amount below zero; netted if left out.",
);
pub const WHERE: Key<Vec<Condition<String>>, Optional> = Key::optional(
    "where",
    KindOf::new(ValueKind::List { of: &ValueKind::Text, least: 0, most: 100 }),
    "Only rows that meet all of these conditions count.",
)
.example("[\"unit_type = 'requests'\"]");
pub const METERS: Key<TableList, Optional> = Key::optional(
    "meters",
    kinds::rows(&meter::KIND, 0, 100),
    "Amounts by kind of row, added up; a row that no meter takes is an error.",
)
.example("[{ where = \"type = 'output'\", amount = \"0.003 * amount\" }]");
pub const UNITS: Key<Vec<String>, Optional> = Key::optional(
    "units",
    kinds::list(&kinds::TEXT, 0, 100),
    "Columns with units: rows with different ones are not added up unless `where` names them.",
)
.example("[\"unit\"]");
pub const IDENTITY: Key<Vec<String>, Optional> = Key::optional(
    "identity",
    kinds::list(&kinds::TEXT, 0, 20),
    "The columns that say which rows are one and the same, of which one counts; `none` if all \
     count.",
)
.example("[\"event_id\"]");
pub const KEEP: Key<Keep, Optional> = Key::optional(
    "keep",
    kinds::words::<Keep>(),
    "Row that counts among those with one identity; the first if left out.",
)
.with(&IDENTITY);
pub const ACCOUNT_COLUMN: Key<String, Optional> =
    Key::optional("account_column", kinds::TEXT, "The column that says whose a row is.")
        .example("\"customer_id\"");
pub const ACCOUNT: Key<String, Optional> = Key::optional(
    "account",
    kinds::TEXT,
    "Account to read, as written in its column; `*` for all together.",
)
.example("\"acme\"");
pub const TOTALS: Key<Totals, Optional> = Key::optional(
    "totals",
    kinds::words::<Totals>(),
    "Use of a row with the total of the others; to check their sum if left out.",
);
pub const SPREAD: Key<SpreadWord, Defaulted> = Key::default(
    "spread",
    kinds::words::<SpreadWord>(),
    "\"none\"",
    "Whether each row is an event, or a total that flows over its time until the next row.",
)
.harmless();
pub const SPREAD_HOURS: Key<Vec<f64>, Optional> = Key::optional(
    "spread_hours",
    SHAPE_HOURS,
    "Each row is a total that flows as busy as these hours of the local day are: 24 factors from midnight.",
)
.example("[0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 1, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0]");
pub const SCALE: Key<f64, Defaulted> = Key::default(
    "scale",
    kinds::number(0.000_001, 1e9),
    "1",
    "Factor on what all usage asks for, whatever its source; for what may come.",
)
.example("1.5")
.harmless();
pub const GROWTH_PER_MONTH: Key<MonthlyGrowth, Defaulted> = Key::default(
    "growth_per_month",
    kinds::GROWTH,
    "\"0%\"",
    "Growth per month of what usage asks for, from `start` on; of a forecast from the end of the history.",
)
.example("\"5%\"")
.harmless();
pub const SPIKES: Key<TableList, Defaulted> = Key::default(
    "spikes",
    kinds::rows(&spike::KIND, 0, 1_000),
    "[]",
    "Known busy times, in which usage asks for more.",
)
.example("[{ at = 2026-01-20T08:00:00, lasts = \"6h\", times = 5 }]")
.harmless();
pub const MULTIPLIERS: Key<TableList, Defaulted> = Key::default(
    "multipliers",
    kinds::rows(&multiplier::KIND, 0, 1_000),
    "[]",
    "Factors on what usage asks for between two instants: a launch, a school holiday, a new customer.",
)
.example("[{ from = 2026-02-01, to = 2026-03-01, times = 1.3 }]")
.harmless();
pub static SPREADS: OneOf = OneOf { required: false, keys: &[SPREAD.name(), SPREAD_HOURS.name()] };
pub static SOURCE: OneOf =
    OneOf { required: false, keys: &[FILE.name(), EVENTS.name(), GENERATE.name()] };
pub static AMOUNTS_FROM: OneOf =
    OneOf { required: false, keys: &[AMOUNT.name(), AMOUNTS.name(), AMOUNT_PER_ROW.name()] };
/// Usage.
pub static TABLE: KeyTable = KeyTable {
    name: "usage",
    doc: "Source of usage: a CSV file, events written here, or a law to draw \
     from. The keys about columns and rows describe `file`, or the file that comes \
     with the command; `scale`, growth, spikes and multipliers change usage of any source.",
    one_of: &[&SOURCE, &AMOUNTS_FROM, &SPREADS],
    cases: None,
    keys: &[
        FILE.declared,
        EVENTS.declared,
        GENERATE.declared,
        MODEL.declared,
        SCALE.declared,
        GROWTH_PER_MONTH.declared,
        SPIKES.declared,
        MULTIPLIERS.declared,
        TIME.declared,
        AMOUNT.declared,
        AMOUNTS.declared,
        AMOUNT_PER_ROW.declared,
        METERS.declared,
        UNITS.declared,
        WHERE.declared,
        IDENTITY.declared,
        KEEP.declared,
        ACCOUNT_COLUMN.declared,
        ACCOUNT.declared,
        PROFILE.declared,
        HEADER_LINE.declared,
        ENCODING.declared,
        SHORT_ROWS.declared,
        RECORDS.declared,
        SHEET.declared,
        TIME_FORM.declared,
        TIME_OF_DAY.declared,
        ZONE.declared,
        DATE_ORDER.declared,
        DECIMAL.declared,
        BLANKS.declared,
        BELOW_ZERO.declared,
        TOTALS.declared,
        SKIP_BAD_ROWS.declared,
        SKIP_LIMIT.declared,
        SORT_INPUT.declared,
        SORT_LIMIT.declared,
        SPREAD.declared,
        SPREAD_HOURS.declared,
    ],
};

/// A model of usage to come.
pub mod model {
    use super::*;

    /// Shares such as 0.05, which growth may have below zero.
    const SHARE: KindOf<f64> = kinds::number(-0.9, 100.0);
    /// Standard deviations.
    const SPREAD: KindOf<f64> = kinds::number(0.0, 10.0);

    pub const LEVEL: Key<Vec<f64>, Optional> = Key::optional(
        "level",
        kinds::list(&kinds::number(0.000_001, 1e15), 3, 3),
        "Credits that a week asks for at the end of the history: below the first number with 10 %, the second \
         with 50 %, the third with 90 %.",
    )
    .example("[36000, 41000, 46000]");
    pub const GROWTH_PER_WEEK: Key<Vec<f64>, Optional> = Key::optional(
        "growth_per_week",
        kinds::list(&SHARE, 3, 3),
        "Growth from week to week at the end of the history, which fades by a tenth each week: the same three \
         quantiles.",
    )
    .example("[-0.01, 0, 0.02]");
    pub const DRIFT: Key<Vec<f64>, Optional> = Key::optional(
        "drift",
        kinds::list(&SPREAD, 3, 3),
        "Standard deviation by which the level moves from week to week, as a share of it: the same three \
         quantiles.",
    )
    .example("[0.02, 0.05, 0.1]");
    pub const NOISE: Key<Vec<f64>, Optional> = Key::optional(
        "noise",
        kinds::list(&SPREAD, 3, 3),
        "Standard deviation of weeks around the level, as a share of it: the same three quantiles.",
    )
    .example("[0.05, 0.1, 0.15]");
    pub const QUIET_WEEKS: Key<Share, Optional> =
        Key::optional("quiet_weeks", kinds::SHARE, "Share of weeks without any usage.")
            .example("\"0%\"");
    pub const OUTAGES: Key<TableList, Defaulted> = Key::default(
        "outages",
        kinds::rows(&outage::KIND, 0, 10_000),
        "[]",
        "Times in which usage was refused or not recorded: what their days ask for is not known, and not none.",
    )
    .harmless();
    /// A model of usage to come.
    pub static TABLE: KeyTable = KeyTable {
        name: "model",
        doc: "Usage to come, drawn from a model learned from a file; `recharge fit` writes what is learned.",
        one_of: &[],
        cases: None,
        keys: &[
            LEVEL.declared,
            GROWTH_PER_WEEK.declared,
            DRIFT.declared,
            NOISE.declared,
            QUIET_WEEKS.declared,
            OUTAGES.declared,
        ],
    };
}

/// A time in which usage was refused or not recorded.
pub mod outage {
    use super::*;

    pub const FROM: Key<Instant, Required> = Key::required("from", kinds::MOMENT, "Its start.");
    pub const TO: Key<Instant, Required> = Key::required("to", kinds::MOMENT, "Its end.");
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// A time in which usage was refused or not recorded.
    pub static TABLE: KeyTable = KeyTable {
        name: "outage",
        doc: "A time in which usage was refused or not recorded.",
        one_of: &[],
        cases: None,
        keys: &[FROM.declared, TO.declared],
    };
}

/// An amount for some of the rows.
pub mod meter {
    use super::*;

    pub const WHERE: Key<Condition<String>, Optional> = Key::optional(
        "where",
        KindOf::new(ValueKind::Text),
        "The condition that its rows meet; it takes every row if left out.",
    )
    .example("\"type = 'output'\"");
    pub const AMOUNT: Key<String, Required> =
        Key::required("amount", kinds::TEXT, "A header, or sums and products of headers.")
            .example("\"0.003 * amount\"");
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// An amount for some of the rows.
    pub static TABLE: KeyTable = KeyTable {
        name: "meter",
        doc: "An amount for some of the rows.",
        one_of: &[],
        cases: None,
        keys: &[WHERE.declared, AMOUNT.declared],
    };
}

/// An event of usage.
pub mod event {
    use super::*;

    pub const AT: Key<Instant, Required> =
        Key::required("at", kinds::MOMENT, "Instant of the event.");
    pub const CREDITS: Key<Credits, Required> =
        Key::required("credits", kinds::CREDITS, "Credits requested.");
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// An event of usage.
    pub static TABLE: KeyTable = KeyTable {
        name: "event",
        doc: "An event of usage.",
        one_of: &[],
        cases: None,
        keys: &[AT.declared, CREDITS.declared],
    };
}

/// Randomly generated usage.
pub mod generate {
    use super::*;

    pub const EVERY: Key<Duration, Optional> =
        Key::optional("every", kinds::SOME_LENGTH, "Events at regular times: the interval.");
    pub const OFFSET: Key<Duration, Defaulted> = Key::default(
        "offset",
        kinds::ANY_LENGTH,
        "\"0s\"",
        "Time from `start` to the first event.",
    )
    .with(&EVERY);
    pub const PER_DAY: Key<f64, Optional> = Key::optional(
        "per_day",
        kinds::number(0.000_001, 1e9),
        "Events at random times (Poisson): the mean number per day.",
    )
    .example("240.0");
    pub const AMOUNT: Key<AmountLaw, Required> = Key::required(
        "amount",
        KindOf::new(ValueKind::Either(&CREDITS_OR_LAW)),
        "Amount of each event: a number of credits, or a law.",
    )
    .example("10");
    pub const HOURS: Key<Vec<f64>, Optional> = Key::optional(
        "hours",
        SHAPE_HOURS,
        "Relative activity in each hour of the local day: 24 factors from midnight.",
    )
    .example(
        "[0.2, 0.2, 0.2, 0.2, 0.2, 0.5, 1, 1.5, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1.5, 1, 1, \
         0.5, 0.5, 0.2, 0.2]",
    )
    .with(&PER_DAY);
    pub const WEEKDAYS: Key<Vec<f64>, Optional> = Key::optional(
        "weekdays",
        SHAPE_WEEKDAYS,
        "Relative activity on each day of the week: 7 factors, Monday first.",
    )
    .example("[1, 1, 1, 1, 1, 0.3, 0.2]")
    .with(&PER_DAY);
    pub const GROWTH_PER_MONTH: Key<MonthlyGrowth, Defaulted> =
        Key::default("growth_per_month", kinds::GROWTH, "\"0%\"", "Growth of usage per month.")
            .example("\"5%\"")
            .with(&PER_DAY)
            .harmless();
    pub const SPIKES: Key<TableList, Defaulted> =
        Key::default("spikes", kinds::rows(&spike::KIND, 0, 1_000), "[]", "Known busy times.")
            .example("[{ at = 2026-01-20T08:00:00, lasts = \"6h\", times = 5 }]")
            .with(&PER_DAY)
            .harmless();
    pub const BURSTS: Key<InnerTable, Optional> =
        Key::optional("bursts", kinds::table(&bursts::TABLE), "Random busy times.")
            .example("{ per_month = 2, lasts = \"3h\", times = 4 }")
            .with(&PER_DAY);
    pub static ARRIVALS: OneOf = OneOf { required: true, keys: &[EVERY.name(), PER_DAY.name()] };
    /// Randomly generated usage.
    pub static TABLE: KeyTable = KeyTable {
        name: "generate",
        doc: "Randomly generated usage: the times of events, their amounts, and how both \
         change.",
        one_of: &[&ARRIVALS],
        cases: None,
        keys: &[
            EVERY.declared,
            OFFSET.declared,
            PER_DAY.declared,
            AMOUNT.declared,
            HOURS.declared,
            WEEKDAYS.declared,
            GROWTH_PER_MONTH.declared,
            SPIKES.declared,
            BURSTS.declared,
        ],
    };
}

/// A law of amounts.
pub mod amount {
    use super::*;

    pub const LAW: Key<LawName, Required> =
        Key::required("law", kinds::words::<LawName>(), "The law.").example("\"geometric\"");
    static LAWS: Cases = Cases { tag: LAW.name(), cases: &ALL_LAWS };

    static ALL_LAWS: [WordCase; LawName::WORDS.len()] = {
        let mut cases =
            [WordCase { word: "", doc: "", table: &geometric::TABLE }; LawName::WORDS.len()];
        let mut index = 0;
        while index < cases.len() {
            let (word, law, doc) = LawName::WORDS[index];
            cases[index] = WordCase { word, doc, table: brought_by(law) };
            index += 1;
        }
        cases
    };

    /// The keys that a law brings.
    const fn brought_by(law: LawName) -> &'static KeyTable {
        match law {
            LawName::Geometric => &geometric::TABLE,
            LawName::LogNormal => &lognormal::TABLE,
            LawName::Pareto => &pareto::TABLE,
        }
    }

    /// A law of amounts.
    pub static TABLE: KeyTable = KeyTable {
        name: "amount",
        doc: "A law of amounts.",
        one_of: &[],
        cases: Some(&LAWS),
        keys: &[LAW.declared],
    };
}

pub mod geometric {
    use super::*;

    pub const MEAN: Key<f64, Required> =
        Key::required("mean", kinds::number(1.0, 1e9), "The mean.").example("4");
    pub static TABLE: KeyTable = KeyTable {
        name: "geometric",
        doc: "Whole numbers from 1.",
        one_of: &[],
        cases: None,
        keys: &[MEAN.declared],
    };
}

pub mod lognormal {
    use super::*;

    pub const MEDIAN: Key<Credits, Required> =
        Key::required("median", kinds::POSITIVE, "The median.").example("20");
    pub static TABLE: KeyTable = KeyTable {
        name: "lognormal",
        doc: "Lognormal.",
        one_of: &[],
        cases: None,
        keys: &[MEDIAN.declared, SIGMA.declared, STEP.declared],
    };
}

pub mod pareto {
    use super::*;

    pub const LEAST: Key<Credits, Required> =
        Key::required("least", kinds::POSITIVE, "The minimum.").example("1");
    pub const SHAPE: Key<f64, Required> = Key::required(
        "shape",
        kinds::number(0.001, 100.0),
        "The shape: the smaller, the heavier the tail.",
    )
    .example("1.5");
    pub const MOST: Key<Credits, Required> =
        Key::required("most", kinds::POSITIVE, "The maximum, before rounding to steps.")
            .example("5000");
    pub static TABLE: KeyTable = KeyTable {
        name: "pareto",
        doc: "Pareto.",
        one_of: &[],
        cases: None,
        keys: &[LEAST.declared, SHAPE.declared, MOST.declared, STEP.declared],
    };
}

/// A known busy time.
pub mod spike {
    use super::*;

    pub const AT: Key<Instant, Required> = Key::required("at", kinds::MOMENT, "Its start.");
    pub const LASTS: Key<Duration, Required> =
        Key::required("lasts", kinds::SOME_LENGTH, "Its duration.").example("\"6h\"");
    pub const TIMES: Key<f64, Required> =
        Key::required("times", kinds::TIMES, "Factor on usage.").example("5");
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// A known busy time.
    pub static TABLE: KeyTable = KeyTable {
        name: "spike",
        doc: "A known busy time.",
        one_of: &[],
        cases: None,
        keys: &[AT.declared, LASTS.declared, TIMES.declared],
    };
}

/// A factor between two instants.
pub mod multiplier {
    use super::*;

    pub const FROM: Key<Instant, Required> = Key::required("from", kinds::MOMENT, "Its start.");
    pub const TO: Key<Instant, Required> = Key::required("to", kinds::MOMENT, "Its end.");
    pub const TIMES: Key<f64, Required> =
        Key::required("times", kinds::TIMES, "Factor on what usage asks for.").example("1.3");
    /// Such a table.
    pub static KIND: ValueKind = ValueKind::Table(&TABLE);

    /// A factor between two instants.
    pub static TABLE: KeyTable = KeyTable {
        name: "multiplier",
        doc: "A factor between two instants.",
        one_of: &[],
        cases: None,
        keys: &[FROM.declared, TO.declared, TIMES.declared],
    };
}

/// Random busy times.
pub mod bursts {
    use super::*;

    pub const PER_MONTH: Key<f64, Required> =
        Key::required("per_month", kinds::number(0.0, 100_000.0), "Mean number per month.")
            .example("2");
    pub const LASTS: Key<Duration, Required> =
        Key::required("lasts", kinds::SOME_LENGTH, "Duration of each.").example("\"3h\"");
    pub const TIMES: Key<f64, Required> =
        Key::required("times", kinds::TIMES, "Factor on the rate of events.").example("4");
    /// Random busy times.
    pub static TABLE: KeyTable = KeyTable {
        name: "bursts",
        doc: "Random busy times.",
        one_of: &[],
        cases: None,
        keys: &[PER_MONTH.declared, LASTS.declared, TIMES.declared],
    };
}
