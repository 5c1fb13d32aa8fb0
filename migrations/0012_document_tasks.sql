-- What is left to be done about invoices and credit notes. This is the engine's own list, and no read model: it says nothing
-- that the ledger does not, and is written by workers only.

-- Steps that failed and are tried again. `id` is a document, and an order where the task is `issue`. Each writing raises
-- `revision`: whoever took up a task ends the one they took up, and not what came in between.
CREATE TABLE document_tasks (
    task     text        NOT NULL CHECK (task IN ('issue', 'render', 'mail', 'hand_over')),
    id       uuid        NOT NULL,
    attempts integer     NOT NULL,
    first_at timestamptz NOT NULL,
    next_at  timestamptz NOT NULL,
    revision bigint      NOT NULL DEFAULT 0,
    PRIMARY KEY (task, id)
);
CREATE INDEX document_tasks_due ON document_tasks (next_at);

-- Paid orders whose invoice waits for a seller to say who they are and to give the mandate.
CREATE TABLE documents_waiting (
    seller_id uuid NOT NULL,
    order_id  uuid NOT NULL,
    PRIMARY KEY (seller_id, order_id)
);

-- Up to where in the ledger all documents are forgotten, since they need not be kept any longer.
CREATE TABLE document_retention (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    position  bigint  NOT NULL
);
INSERT INTO document_retention (position) VALUES (0);
