COPY usage (day, credits, note) FROM stdin WITH (FORMAT csv);
2026-05-01,12,"chat, long"
2026-05-02,9,
2026-05-03,30,"say ""hi"""
\.
