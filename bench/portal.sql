-- Companies as the platform knows them, with what was published of each; no schema of theirs is made.
INSERT INTO platform.schema (revision, state, made_at, taken_at)
SELECT %(revision)s, 'taken', now(), now() FROM generate_series(1, %(companies)s);

INSERT INTO platform.company (company_id, name, schema_id, status, language, time_zone, created_at, entitlements_version)
SELECT word || '-' || n, initcap(word) || ' ' || (ARRAY['Trading', 'Tea', '贸易', 'Software', 'Travel', '旅行社'])[n %% 6 + 1] || ' ' || n, id,
       (ARRAY['open', 'open', 'open', 'open', 'open', 'open', 'open', 'open', 'open', 'suspended'])[n %% 10 + 1],
       'en', 'Asia/Shanghai', now() - n * interval '1 hour', 0
FROM (SELECT id, n, (ARRAY['blue', 'river', 'north', 'acme', 'lotus', 'orient', 'harbour', 'summit', 'garden', 'pearl'])[n %% 10 + 1] AS word
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM platform.schema WHERE state = 'taken') AS numbered) AS named;

INSERT INTO platform.company_standing (company_id, measured_at, due_at, day, day_ends_at, conversations, agents_online, seats, plan,
                                       trial_ends_at, waiting, unanswered, last_activity_at, mrr, currency, troubles, burden)
SELECT id, now(), now() + interval '6 hours', current_date, now() + interval '12 hours', id * 7 %% 400, id %% 9, 3 + id %% 20,
       (ARRAY['free', 'professional', 'free'])[id %% 3 + 1], CASE WHEN id %% 5 = 0 THEN now() + interval '9 days' END,
       id %% 4, id %% 11, now() - id * interval '13 minutes', CASE WHEN id %% 3 = 1 THEN 9900 * (id %% 20) ELSE 0 END,
       (ARRAY['CNY', 'USD'])[id %% 2 + 1], CASE WHEN id %% 7 = 0 THEN ARRAY['failed_payment'] WHEN id %% 11 = 0 THEN ARRAY['not_embedded'] ELSE '{}' END,
       CASE WHEN id %% 7 = 0 THEN 8 WHEN id %% 11 = 0 THEN 1 ELSE 0 END
FROM platform.company;

INSERT INTO platform.address (email, company_id)
SELECT 'agent' || person || '@' || company_id || '.example', id FROM platform.company, generate_series(1, 4) AS person;

INSERT INTO platform.site_key (key, company_id) SELECT left(md5(company_id || site), 16), id FROM platform.company, generate_series(1, 2) AS site;

INSERT INTO platform.site_domain (company_id, site_id, domain)
SELECT id, site, 'shop' || site || '.' || company_id || '.example' FROM platform.company, generate_series(1, 2) AS site;

INSERT INTO platform."order" (order_no, company_id, purpose, currency, total, returned, status, tax, placed_at)
SELECT '20261122' || lpad((id * 3 + number)::text, 8, '0'), id, 'extras', 'CNY', 19800, 0, 'paid', '{}', now() - number * interval '30 days'
FROM platform.company, generate_series(0, 2) AS number;

ANALYZE
