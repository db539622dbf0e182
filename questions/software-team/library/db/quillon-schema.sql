-- Quillon, schema after migration 0034 (release 3.12.0)
-- Generated with: qctl db dump-schema. Comments are kept by hand.

CREATE TABLE queues (
    name          text PRIMARY KEY CHECK (name ~ '^[a-z0-9-]{1,64}$'),
    paused        boolean NOT NULL DEFAULT false,
    paused_by     text,
    paused_at     timestamptz,
    rate_percent  smallint NOT NULL DEFAULT 100 CHECK (rate_percent BETWEEN 1 AND 100),
    owner_team    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TYPE job_state AS ENUM ('waiting', 'running', 'done', 'failed', 'dead', 'cancelled');

CREATE TABLE jobs (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue         text NOT NULL REFERENCES queues (name),
    state         job_state NOT NULL DEFAULT 'waiting',
    priority      smallint NOT NULL DEFAULT 2 CHECK (priority BETWEEN 0 AND 4),
    payload       jsonb NOT NULL CHECK (pg_column_size(payload) <= 524288),
    attempts      smallint NOT NULL DEFAULT 0,
    max_attempts  smallint NOT NULL DEFAULT 5 CHECK (max_attempts BETWEEN 1 AND 20),
    run_at        timestamptz NOT NULL DEFAULT now(),
    created_at    timestamptz NOT NULL DEFAULT now(),
    finished_at   timestamptz
);

-- The dispatcher lives off this index. Do not drop it, not even for an hour (we tried, May 2024).
CREATE INDEX jobs_next ON jobs (queue, priority DESC, run_at) WHERE state = 'waiting';
CREATE INDEX jobs_old ON jobs (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE leases (
    id             uuid PRIMARY KEY,
    job            bigint NOT NULL UNIQUE REFERENCES jobs (id) ON DELETE CASCADE,
    worker         text NOT NULL,
    fencing_token  bigint NOT NULL,
    expires_at     timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.01);

CREATE INDEX leases_expired ON leases (expires_at);

CREATE SEQUENCE fencing_tokens;
COMMENT ON SEQUENCE fencing_tokens IS 'Only ever grows. Never reset, also not in tests.';

CREATE TABLE attempts (
    job         bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number      smallint NOT NULL,
    worker      text NOT NULL,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    outcome     text CHECK (outcome IN ('done', 'failed', 'expired', 'cancelled')),
    error       text,
    PRIMARY KEY (job, number)
);

CREATE TABLE schedules (
    name       text PRIMARY KEY,
    queue      text NOT NULL REFERENCES queues (name),
    cron       text NOT NULL,
    timezone   text NOT NULL DEFAULT 'UTC',
    payload    jsonb NOT NULL,
    last_run   timestamptz,
    enabled    boolean NOT NULL DEFAULT true
);

CREATE TABLE idempotency_keys (
    key         text NOT NULL CHECK (length(key) <= 128),
    queue       text NOT NULL REFERENCES queues (name),
    body_hash   bytea NOT NULL,
    job         bigint NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (queue, key)
);
COMMENT ON TABLE idempotency_keys IS 'Deleted by the janitor after 24 hours.';

CREATE TABLE webhooks (
    name            text PRIMARY KEY,
    url             text NOT NULL CHECK (url LIKE 'https://%'),
    events          text[] NOT NULL,
    secret_ref      text NOT NULL,
    failures_in_row smallint NOT NULL DEFAULT 0,
    enabled         boolean NOT NULL DEFAULT true
);

CREATE TABLE audit (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    actor   text NOT NULL,
    action  text NOT NULL,
    target  text NOT NULL,
    detail  jsonb
);
COMMENT ON TABLE audit IS 'Append only: UPDATE and DELETE are revoked for every role but auditor.';

CREATE VIEW queue_depth AS
SELECT queue, count(*) FILTER (WHERE state = 'waiting') AS waiting,
       count(*) FILTER (WHERE state = 'running') AS running,
       count(*) FILTER (WHERE state = 'dead') AS dead
FROM jobs
GROUP BY queue;
