//! End-to-end journeys of Comptoir over HTTP, architecture and tidiness tests.
