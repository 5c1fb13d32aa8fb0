//! A ledger of given rows, with all that a running engine keeps beside them; and what is found in it.

use chrono::{DateTime, Utc};
use comptoir_audit::verify::{KeptCheckpoint, Report, Rule, VerifyOptions, verify};
use comptoir_domain::order::RefundScope;
use comptoir_domain::testing::market::{Market, Row, Wish};
use comptoir_domain::testing::samples::{at, promo_terms};
use comptoir_domain::values::LicenceKind;
use comptoir_ledger::leaf::Leaf;
use comptoir_ledger::{Ledger, MIGRATOR};
use comptoir_proof::checkpoint::Checkpoint;
use comptoir_proof::note::{KeyKind, Note, PublicKey, Signer};
use comptoir_proof::tree::{Frontier, Hash};
use comptoir_sandbox::postgres::TestDatabase;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// The engine signs by this, and an attacker does not have it.
pub(crate) const OWN_SEED: [u8; 32] = [1; 32];
/// Signed checkpoints stand at every so many events.
const CHECKPOINT_EVENTS: u64 = 7;

pub(crate) struct House {
    pub(crate) database: TestDatabase,
}

/// Every kind of thing that a market can come to, in some 150 events.
pub(crate) fn history() -> Vec<Row> {
    let mut market = Market::open(promo_terms());
    market.sell(Wish::Units(LicenceKind::Basic, 1));
    let mut returned = market.sell(Wish::Units(LicenceKind::Premium, 2));
    let mut in_part = market.sell(Wish::Units(LicenceKind::Basic, 3));
    market.sell(Wish::WithCode);
    market.refund(&mut returned, RefundScope::Whole);
    market.refund(&mut in_part, RefundScope::AmountMinor(1000));
    market.refund(&mut in_part, RefundScope::AmountMinor(500));
    let mut late = market.place(Wish::Units(LicenceKind::Premium, 1));
    market.pay_too_late(&mut late);
    let mut alone = market.sell(Wish::Units(LicenceKind::Exclusive, 1));
    market.refund(&mut alone, RefundScope::Whole);
    market.sell(Wish::Units(LicenceKind::Exclusive, 1));
    market.new_product();
    let mut with_code = market.sell(Wish::WithCode);
    market.refund(&mut with_code, RefundScope::Whole);
    market.take_rows()
}

impl House {
    /// A database with these rows, and everything that fits them.
    pub(crate) async fn with(rows: &[Row]) -> Self {
        let database = TestDatabase::create(&MIGRATOR).await.unwrap();
        let house = Self { database };
        house.fill(rows, &OWN_SEED).await;
        house
    }

    /// Writes rows into an empty ledger: events, ends, tree, checkpoints signed by a key, a subscription at the end.
    pub(crate) async fn fill(&self, rows: &[Row], seed: &[u8; 32]) {
        let mut connection = self.superuser().await;
        let mut tree = Frontier::default();
        let leaves: Vec<Hash> = (1_i64..)
            .zip(rows)
            .map(|(position, row)| leaf(position, row))
            .collect();
        let newest = leaves.last().copied().unwrap_or_default();
        for leaf in &leaves {
            tree.push(*leaf);
            if rows.len() < 1000 && tree.size() % CHECKPOINT_EVENTS == 0 {
                insert_checkpoint(&mut connection, &tree, seed).await;
            }
        }
        for (number, (rows, leaves)) in (0_i64..).zip(rows.chunks(5000).zip(leaves.chunks(5000))) {
            insert(&mut connection, 1 + 5000 * number, rows, leaves).await;
        }
        let end = i64::try_from(rows.len()).unwrap();
        sqlx::query("UPDATE ledger_head SET position = $1, recorded_at = now()")
            .bind(end)
            .execute(&mut connection)
            .await
            .unwrap();
        self.run_all(&[
            &format!("UPDATE ledger_horizon SET position = {end}"),
            "TRUNCATE ledger_tree_nodes",
            &format!("UPDATE ledger_tree SET size = {end}, peaks = '\\x{}', newest = '\\x{}'", hex(&tree.peaks().concat()), hex(&newest)),
            &format!("INSERT INTO subscription_checkpoints (name, position, leaf_hash) VALUES ('policy_orders', {end}, '\\x{}') ON CONFLICT (name) DO UPDATE SET position = excluded.position, leaf_hash = excluded.leaf_hash", hex(&newest)),
        ])
        .await;
        self.fill_nodes(&leaves).await;
    }

    /// The roots of all full subtrees of 256 leaves.
    async fn fill_nodes(&self, leaves: &[Hash]) {
        for (index, leaves) in leaves.chunks_exact(256).enumerate() {
            let root = comptoir_proof::tree::leaf_range(leaves, 0..256);
            let insert = format!(
                "INSERT INTO ledger_tree_nodes VALUES (1, {index}, '\\x{}')",
                hex(&root)
            );
            self.run_all(&[&insert]).await;
        }
    }

    pub(crate) async fn superuser(&self) -> PgConnection {
        PgConnection::connect(self.database.superuser_url())
            .await
            .unwrap()
    }

    /// Statements of somebody who may do everything, and whom no trigger stops.
    pub(crate) async fn run_all(&self, statements: &[&str]) {
        let mut connection = self.superuser().await;
        for statement in ["SET session_replication_role = replica"]
            .iter()
            .chain(statements)
        {
            sqlx::raw_sql(AssertSqlSafe((*statement).to_owned()))
                .execute(&mut connection)
                .await
                .unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }

    /// What is found, with the engine's own key.
    pub(crate) async fn verify(&self) -> Report {
        self.verify_with(vec![]).await
    }

    /// The same, against checkpoints that were kept elsewhere.
    pub(crate) async fn verify_with(&self, kept: Vec<KeptCheckpoint>) -> Report {
        let options = VerifyOptions {
            keys: vec![own_key()],
            kept,
            findings_of_rule_max: 1000,
            ..VerifyOptions::default()
        };
        self.verify_by(options).await
    }

    pub(crate) async fn verify_by(&self, options: VerifyOptions) -> Report {
        let ledger = Ledger::read_only(self.database.pool().await).await.unwrap();
        verify(&ledger, options).await.unwrap()
    }
}

/// The key that the engine's checkpoints are signed by.
pub(crate) fn own_key() -> PublicKey {
    signer(&OWN_SEED).public_key().clone()
}

fn signer(seed: &[u8; 32]) -> Signer {
    Signer::try_new("shop.example/ledger", KeyKind::Log, seed).unwrap()
}

/// A checkpoint of a tree, signed.
pub(crate) fn signed(tree: &Frontier, seed: &[u8; 32]) -> String {
    let checkpoint = Checkpoint {
        origin: "shop.example/ledger".to_owned(),
        size: tree.size(),
        root: tree.root(),
    };
    let text = checkpoint.text();
    let line = signer(seed).sign(&text, at(0));
    Note::unsigned(text).with(line).to_string()
}

/// A checkpoint of the first rows, as an auditor keeps it.
pub(crate) fn kept(rows: &[Row], size: usize) -> KeptCheckpoint {
    let mut tree = Frontier::default();
    for (position, row) in (1_i64..).zip(&rows[..size]) {
        tree.push(leaf(position, row));
    }
    KeptCheckpoint::try_new("kept.txt", &signed(&tree, &OWN_SEED)).unwrap()
}

pub(crate) fn leaf(position: i64, row: &Row) -> Hash {
    Leaf {
        position,
        stream: &row.stream,
        revision: row.revision,
        event_id: row.event_id,
        event_type: &row.event_type,
        schema_version: row.schema_version,
        recorded_at: row.recorded_at,
        data: &row.data,
        metadata: &row.metadata,
    }
    .hash()
}

async fn insert(connection: &mut PgConnection, first: i64, rows: &[Row], leaves: &[Hash]) {
    let positions: Vec<i64> = (first..).take(rows.len()).collect();
    let column = |of: fn(&Row) -> &str| rows.iter().map(of).map(str::to_owned).collect::<Vec<String>>();
    sqlx::query(
        "INSERT INTO events (position, stream, revision, event_id, event_type, schema_version, recorded_at, data, metadata,
             leaf_hash)
         SELECT a, b, c, d, e, f, g, h::json, i::json, j
         FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::int[], $7::timestamptz[], $8::text[],
             $9::text[], $10::bytea[]) AS r (a, b, c, d, e, f, g, h, i, j)",
    )
    .bind(positions)
    .bind(column(|row| &row.stream))
    .bind(rows.iter().map(|row| row.revision).collect::<Vec<i64>>())
    .bind(rows.iter().map(|row| row.event_id).collect::<Vec<_>>())
    .bind(column(|row| &row.event_type))
    .bind(rows.iter().map(|row| row.schema_version).collect::<Vec<i32>>())
    .bind(rows.iter().map(|row| row.recorded_at).collect::<Vec<_>>())
    .bind(column(|row| &row.data))
    .bind(column(|row| &row.metadata))
    .bind(leaves.iter().map(|leaf| leaf.to_vec()).collect::<Vec<_>>())
    .execute(connection)
    .await
    .unwrap();
}

async fn insert_checkpoint(connection: &mut PgConnection, tree: &Frontier, seed: &[u8; 32]) {
    let signed_at: DateTime<Utc> = at(60);
    sqlx::query("INSERT INTO ledger_checkpoints (size, root, note, signed_at) VALUES ($1, $2, $3, $4)")
        .bind(i64::try_from(tree.size()).unwrap())
        .bind(tree.root().to_vec())
        .bind(signed(tree, seed))
        .bind(signed_at)
        .execute(connection)
        .await
        .unwrap();
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Where findings of a rule stand.
pub(crate) fn places(report: &Report, rule: Rule) -> Vec<i64> {
    let of_rule = report.findings.iter().filter(|finding| finding.rule == rule);
    of_rule
        .filter_map(|finding| finding.position)
        .map(comptoir_ledger::Position::get)
        .collect()
}

/// The position of the n-th event of a type, counted from 0.
pub(crate) fn nth(rows: &[Row], event_type: &str, n: usize) -> usize {
    let positions = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.event_type == event_type);
    positions.map(|(index, _)| index + 1).nth(n).unwrap()
}
