//! PostgreSQL over TLS: the certificate is believed when the machine believes it, and only then.

use std::process::Output;

use store::testing::empty_postgres_tls;

use crate::kit::ground::Ground;

/// Makes the first shop on a machine that believes the certificates of `believed`.
fn founded(ground: &Ground, believed: &str) -> Output {
    let mut command = ground.command(&["shop", "add", "青禾茶叶"]);
    command.env("SSL_CERT_FILE", believed).env_remove("SSL_CERT_DIR");
    command.output().expect("the binary runs")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_over_tls_wants_a_certificate_the_machine_believes() {
    let Some((place, cert)) = empty_postgres_tls() else {
        return;
    };
    let stranger = place.folder.path().join("stranger.pem");
    std::fs::write(&stranger, "").expect("a file");
    let stranger = stranger.to_str().expect("a path").to_owned();
    let ground = Ground::from(place);

    let refused = founded(&ground, &stranger);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("database_unreachable"), "{said}");
    assert!(said.contains("certificate"), "{said}");
    assert!(!said.contains("xiaoer@"), "the address is not told: {said}");

    // The server answers over TLS only, so a shop shows that it was used.
    let over = founded(&ground, &cert);
    let said = String::from_utf8_lossy(&over.stderr).into_owned();
    assert!(over.status.success(), "{said}");
}
