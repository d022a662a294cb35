-- How people settled messages that had been set aside: who, when and why, with the message as it was.
CREATE TABLE settlement (
    shard smallint NOT NULL,
    stream text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    -- The request's idempotency key: a request settles a message once, however often it is sent.
    request text COLLATE "C" NOT NULL,
    verb text NOT NULL CHECK (verb IN ('retry', 'discard')),
    settled_by text NOT NULL,
    reason text,
    settled_at timestamptz NOT NULL,
    kind text NOT NULL,
    body text NOT NULL,
    actor text NOT NULL,
    received_at timestamptz NOT NULL,
    error text NOT NULL,
    set_aside_at timestamptz NOT NULL,
    CONSTRAINT settlement_pkey PRIMARY KEY (shard, stream, id, request)
);

CREATE INDEX settlement_settled_at ON settlement (settled_at);

-- People name messages by their ids.
CREATE INDEX set_aside_id ON set_aside (id);
