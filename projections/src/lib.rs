//! The read models of Comptoir and the runner that builds them from the ledger.
