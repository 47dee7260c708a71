//! The profiles that are built in, as text.

/// A profile's name and its file.
macro_rules! profile {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../profiles/", $name, ".toml")))
    };
}

/// Each profile's name and its file.
pub(super) const TEXTS: &[(&str, &str)] = &[
    profile!("anthropic-console-cost"),
    profile!("anthropic-console-usage"),
    profile!("anthropic-cost-api"),
    profile!("anthropic-usage-api"),
    profile!("apify-monthly-usage"),
    profile!("aws-cost-explorer"),
    profile!("aws-cur"),
    profile!("aws-cur-2"),
    profile!("azure-cost-details"),
    profile!("azure-ea-usage"),
    profile!("ccusage-blocks"),
    profile!("ccusage-daily"),
    profile!("ccusage-monthly"),
    profile!("ccusage-session"),
    profile!("claude-code-transcript"),
    profile!("cloudevents"),
    profile!("cloudflare-workers"),
    profile!("cursor-usage-events"),
    profile!("databricks-billing-usage"),
    profile!("datadog-hourly-usage"),
    profile!("deepseek-amount"),
    profile!("deepseek-amount-interval"),
    profile!("deepseek-cost"),
    profile!("deepseek-cost-interval"),
    profile!("digitalocean-invoice"),
    profile!("fal-model-usage"),
    profile!("flexprice-events"),
    profile!("focus"),
    profile!("gcp-bigquery-export"),
    profile!("gcp-cost-table"),
    profile!("github-ai-credits"),
    profile!("github-premium-requests"),
    profile!("green-button-interval"),
    profile!("heroku-enterprise-usage"),
    profile!("lago-events"),
    profile!("linode-invoice"),
    profile!("make-organization-usage"),
    profile!("mongodb-atlas-invoice"),
    profile!("oci-cost"),
    profile!("oci-usage"),
    profile!("openai-completions-usage"),
    profile!("openai-costs"),
    profile!("openai-costs-api"),
    profile!("openai-usage-api"),
    profile!("openrouter-activity"),
    profile!("openrouter-generations"),
    profile!("plivo-messages"),
    profile!("sendgrid-stats"),
    profile!("snowflake-metering-daily"),
    profile!("snowflake-warehouse-metering"),
    profile!("stripe-meter-events"),
    profile!("twilio-usage-records"),
];
