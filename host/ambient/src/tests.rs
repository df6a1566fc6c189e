use super::*;

#[test]
fn a_cause_is_told_once_and_nothing_found_is_a_sentence() {
    let nothing = CredentialsError::not_loaded_no_source();
    assert_eq!(no_keys(&nothing), NoKeys::Nowhere);
    let inner = std::io::Error::other("the command ended with exit code 3");
    let failed = no_keys(&CredentialsError::provider_error(inner));
    assert!(
        failed.to_string().ends_with("the command ended with exit code 3"),
        "{failed}"
    );
}
