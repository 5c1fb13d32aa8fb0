//! The engine against a real PostgreSQL and the stand-in Hyperswitch.

#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed the test")]

mod after_sale;
mod barred;
mod checkout;
mod checkpoints;
mod disputes;
mod disputes_read;
mod document_corrections;
mod document_files;
mod document_followers;
mod document_mails;
mod document_sellers;
mod document_series;
mod document_taxes;
mod documents;
mod erasure;
mod evidence;
mod exclusive;
mod faults;
mod files;
mod gateway;
mod given;
mod late_payment;
mod licences;
mod privacy;
mod products;
mod promotions;
mod promotions_given_back;
mod randomness;
mod refunds_beside;
mod refunds_lost;
mod reviews;
mod sweeps;
mod taxes;
mod upgrades;
mod webhooks;
mod workers;
mod world;
