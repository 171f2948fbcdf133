-- A database of about 900 MB: rows, JSON, prose, and 40 MB that do not compress.
-- The same for everybody: the generator's seed is fixed.
CREATE EXTENSION IF NOT EXISTS pgcrypto;
SELECT setseed(0.42);
CREATE TABLE words (id int PRIMARY KEY, word text NOT NULL);
INSERT INTO words
SELECT i, translate(substr(md5('w' || i), 1, 3 + i % 8), '0123456789', 'aeioulnrst') FROM generate_series(0, 4999) i;

CREATE TABLE customers (
    id bigint PRIMARY KEY, name text NOT NULL, email text NOT NULL, city text NOT NULL,
    created_at timestamptz NOT NULL, balance numeric(12,2) NOT NULL
);
INSERT INTO customers
SELECT i, initcap(w1.word) || ' ' || initcap(w2.word), w1.word || '.' || i || '@example.org', initcap(w2.word),
       timestamptz '2020-01-01' + i * interval '97 seconds', (random() * 100000)::numeric(12,2)
FROM generate_series(1, 300000) i
JOIN words w1 ON w1.id = (i::bigint * 7919) % 5000 JOIN words w2 ON w2.id = (i::bigint * 104729) % 5000;

CREATE TABLE events (
    id bigint PRIMARY KEY, at timestamptz NOT NULL, customer_id bigint NOT NULL, kind text NOT NULL, payload jsonb NOT NULL
);
INSERT INTO events
SELECT i, timestamptz '2024-01-01' + i * interval '11 seconds', 1 + (random() * 299999)::int,
       (ARRAY['view','click','purchase','refund','login'])[1 + i % 5],
       jsonb_build_object('session', md5(random()::text), 'page', '/' || w.word || '/' || (i % 977),
                          'ms', (random() * 5000)::int, 'ok', i % 17 <> 0, 'tags', jsonb_build_array(w.word, 'v' || i % 9))
FROM generate_series(1, 1800000) i JOIN words w ON w.id = (i * 31) % 5000;

CREATE TABLE articles (id int PRIMARY KEY, title text NOT NULL, body text NOT NULL);
INSERT INTO articles
SELECT a.i, 'Article ' || a.i,
       (SELECT string_agg(w.word, ' ') FROM generate_series(1, 330) n
        JOIN words w ON w.id = ((a.i::bigint * 2654435761 + n * 40503 + (a.i % (n + 1)) * 977) % 5000)::int)
FROM generate_series(1, 150000) a(i);

CREATE TABLE attachments (id int PRIMARY KEY, content bytea NOT NULL);
ALTER TABLE attachments ALTER COLUMN content SET STORAGE EXTERNAL;
INSERT INTO attachments
SELECT i, (SELECT string_agg(gen_random_bytes(1024), ''::bytea) FROM generate_series(1, 40)) FROM generate_series(1, 1000) i;

CREATE INDEX events_customer ON events (customer_id);
ALTER TABLE events ADD FOREIGN KEY (customer_id) REFERENCES customers;
ANALYZE;
