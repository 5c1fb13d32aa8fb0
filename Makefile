# Thin: what each target does stands in sandbox/scripts/.
.PHONY: run test bench fmt lint sqlx

# Everything on 127.0.0.1:8080, with a first sale; ONCE=1 leaves after the sale.
run:
	@sh sandbox/scripts/run.sh

# All checks and all tests, against a private PostgreSQL.
test:
	@sh sandbox/scripts/test.sh

# The measurements of docs/PERFORMANCE.md; ONLY=append runs one part.
bench:
	@sh sandbox/scripts/bench.sh $(ONLY)

fmt:
	@cargo fmt --all

lint:
	@sh sandbox/scripts/sqlx.sh check

# After a change of a query or a migration: writes .sqlx/ anew.
sqlx:
	@sh sandbox/scripts/sqlx.sh write
