//! `kill -9` in the middle of load: what was acknowledged is there once and in order, every conversation is
//! still somebody's, on both databases. `XIAOER_KILLS` says how often (2), `XIAOER_SEED` when.

#[expect(dead_code, reason = "other tests use the rest of it")]
mod kit;

use std::time::Duration;

use kit::ground::Ground;
use kit::talk::Talk;
use kit::world::World;

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct Moments(u64);

impl Moments {
    fn of_the_environment() -> Moments {
        let seed = std::env::var("XIAOER_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok());
        Moments(seed.unwrap_or(20_261_122))
    }

    fn between(&mut self, low: u64, high: u64) -> Duration {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Duration::from_millis(low + (z ^ (z >> 31)) % (high - low))
    }
}

async fn killed_again_and_again(ground: Ground) {
    let kills = std::env::var("XIAOER_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(2);
    let (world, mut server) = World::found(ground, 2).await;
    let at = server.address;
    let talk = Talk::begin(&world, at, &[at; 6], Duration::from_millis(15)).await;
    talk.goes_on(1).await;
    let mut moments = Moments::of_the_environment();
    for _ in 0..kills {
        tokio::time::sleep(moments.between(150, 1_200)).await;
        server.kill();
        server = world.ground.serve_at(&at.to_string());
        // Everybody is heard again after each kill, so that no kill hits an idle server.
        talk.goes_on(1).await;
    }
    let kept = talk.settle(&world.api(&server)).await;
    let messages: usize = kept.iter().map(|(_, messages)| messages.len()).sum();
    eprintln!(
        "{kills} kills, {messages} messages in {} conversations",
        kept.len()
    );
    for buyer in &talk.buyers {
        assert!(buyer.knows().connected > kills, "each kill was felt");
    }
    drop(talk);
    assert!(server.stop().success());
    world.check();
}

mod killed_in_the_middle_of_load {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        killed_again_and_again(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::durable_postgres().await {
            killed_again_and_again(ground).await;
        }
    }
}
