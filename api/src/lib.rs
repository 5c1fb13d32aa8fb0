//! The HTTP layer of Comptoir and its binary.
