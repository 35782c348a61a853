//! pathway
