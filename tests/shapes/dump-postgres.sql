--
-- PostgreSQL database dump
--

SET statement_timeout = 0;

CREATE TABLE public.users (
    id integer NOT NULL,
    joined date
);

COPY public.credit_usage (id, created_at, credits, note) FROM stdin;
1	2026-05-01 10:00:00+00	12	\N
2	2026-05-02 10:00:00+00	9	x
\.

COPY public.users (id, joined) FROM stdin;
1	2026-01-01
\.
