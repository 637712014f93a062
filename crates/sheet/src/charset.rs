//! Which encoding a text is in, told by its bytes (`export-headers`, Q1): mark, then strict UTF-8, then GB18030
//! (of which GBK and GB2312 are parts), if what comes out looks like Chinese.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::fault::Flaw;

/// Multi-byte characters below which a sample is too small to be called no Chinese.
const FEW: usize = 8;

/// The encoding a mark at the beginning declares, and the mark's length.
pub(crate) fn marked(head: &[u8]) -> Option<(&'static Encoding, usize)> {
    if head.starts_with(&[0x84, 0x31, 0x95, 0x33]) {
        return Some((GB18030, 4));
    }
    Encoding::for_bom(head)
}

/// UTF-16 without a mark: every other byte of what is mostly ASCII or line ends is null.
pub(crate) fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let sample = &head[..head.len().min(4096) & !1];
    let nulls = |offset: usize| {
        sample
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (nulls(0), nulls(1));
    let some = sample.len() / 100;
    if odd > some && even == 0 {
        Some(UTF_16LE)
    } else if even > some && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// UTF-8 or GB18030, by a sample that has bytes beyond ASCII. Refuses with `file_encoding` what is neither.
pub(crate) fn decide(sample: &[u8]) -> Result<&'static Encoding, Flaw> {
    let utf8 = utf8(sample);
    if utf8.bad == 0 && !pairs_of_gbk(sample, &utf8) {
        return Ok(UTF_8);
    }
    let gbk = gbk(sample);
    if utf8.bad > 0 && utf8.bad * 50 < utf8.good && utf8.long > 0 {
        return Ok(UTF_8); // with a few broken places, which are named when their rows come
    }
    let chinese = gbk.common * 10 >= gbk.good * 6;
    let sound = gbk.bad <= 2 + gbk.good / 50;
    if gbk.good + gbk.bad < FEW || (chinese && sound) {
        return Ok(GB18030);
    }
    Err(Flaw::new("file_encoding"))
}

#[derive(Default)]
struct Utf8 {
    good: usize,
    /// Characters of three bytes and more: not found in GBK text by chance.
    long: usize,
    bad: usize,
}

fn utf8(sample: &[u8]) -> Utf8 {
    let mut seen = Utf8::default();
    for chunk in sample.utf8_chunks() {
        for c in chunk.valid().chars().filter(|c| !c.is_ascii()) {
            seen.good += 1;
            seen.long += usize::from(c.len_utf8() > 2);
        }
        seen.bad += usize::from(!chunk.invalid().is_empty());
    }
    // The sample may end within a character.
    let cut = sample
        .utf8_chunks()
        .last()
        .is_some_and(|chunk| !chunk.invalid().is_empty() && cut_short(chunk.invalid()));
    seen.bad -= usize::from(cut);
    seen
}

fn cut_short(tail: &[u8]) -> bool {
    std::str::from_utf8(tail).is_err_and(|error| error.error_len().is_none())
}

/// Whether bytes that are valid UTF-8 are rather GBK: only two-byte characters, in runs, each a frequent
/// Chinese one in GBK, and not all in the range of Latin letters: `ação` is none, nor is Cyrillic, whose second
/// bytes lie too low.
fn pairs_of_gbk(sample: &[u8], utf8: &Utf8) -> bool {
    if utf8.long > 0 || utf8.good == 0 {
        return false;
    }
    let runs = sample.split(u8::is_ascii).filter(|run| !run.is_empty()).count();
    let beyond_latin = sample.iter().any(|byte| (0xc6..=0xdf).contains(byte));
    let gbk = gbk(sample);
    beyond_latin && gbk.bad == 0 && gbk.common == gbk.good && gbk.good >= 2 * runs
}

#[derive(Default)]
struct Gbk {
    good: usize,
    /// Punctuation and the 3,755 frequent characters of GB2312, which make up nearly all of real text.
    common: usize,
    bad: usize,
}

fn gbk(sample: &[u8]) -> Gbk {
    let mut seen = Gbk::default();
    let mut at = 0;
    while let Some(&lead) = sample.get(at) {
        if lead < 0x80 {
            at += 1;
            continue;
        }
        let Some(&trail) = sample.get(at + 1) else {
            break;
        };
        match (lead, trail) {
            (0x81..=0xfe, 0x30..=0x39) => {
                seen.good += 1;
                at += 4;
            }
            (0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe) => {
                seen.good += 1;
                let common = matches!(lead, 0xa1..=0xa3 | 0xb0..=0xd7) && trail >= 0xa1;
                seen.common += usize::from(common);
                at += 2;
            }
            _ => {
                seen.bad += 1;
                at += 1;
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, UTF_8, WINDOWS_1252};

    use super::decide;

    fn of(encoding: &'static Encoding, text: &str) -> Option<&'static Encoding> {
        decide(&encoding.encode(text).0).ok()
    }

    const HEADER: &str =
        "订单编号,买家会员名,买家实际支付金额,收货地址 ,联系手机\n1,清风徐来,12.50,浙江省 杭州市 西湖区,'139";

    #[test]
    fn utf8_and_gbk_are_told_apart_also_when_cut_within_a_character() {
        assert_eq!(of(UTF_8, HEADER), Some(UTF_8));
        assert_eq!(of(GB18030, HEADER), Some(GB18030));
        for cut in 1..4 {
            let bytes = HEADER.as_bytes();
            assert_eq!(decide(&bytes[..12 + cut]).ok(), Some(UTF_8));
        }
    }

    #[test]
    fn one_or_two_characters_are_enough() {
        assert_eq!(of(GB18030, "a,堃\n"), Some(GB18030));
        assert_eq!(of(UTF_8, "a,堃\n"), Some(UTF_8));
        assert_eq!(of(UTF_8, "café,1\n"), Some(UTF_8));
        assert_eq!(of(UTF_8, "Привет"), Some(UTF_8));
    }

    #[test]
    fn gbk_whose_bytes_are_valid_utf8_by_chance_is_gbk() {
        // é twice would be 脙脙, which nobody writes: it stays what it is.
        assert_eq!(of(UTF_8, "é,è,éa,ação"), Some(UTF_8));
        // 模目,帽席 in GBK.
        let pair = [0xc4, 0xa3, 0xc4, 0xbf, b',', 0xc3, 0xb1, 0xcf, 0xaf];
        assert!(std::str::from_utf8(&pair).is_ok());
        assert_eq!(decide(&pair).ok(), Some(GB18030));
    }

    #[test]
    fn other_encodings_are_refused_rather_than_read_as_nonsense() {
        let big5 = "訂單編號,買家會員名稱,實際支付金額,收貨地址,聯絡電話,訂單狀態,備註";
        assert_eq!(of(BIG5, big5), None);
        let latin = "Größe,Übergröße,Straße,Fußgänger,Höhe,Länge,Schlüssel,Mäßig,Süß,Öl";
        assert_eq!(of(WINDOWS_1252, latin), None);
        assert_eq!(of(EUC_KR, "a"), Some(UTF_8));
    }

    #[test]
    fn a_few_broken_places_do_not_make_utf8_something_else() {
        let mut bytes = HEADER.repeat(20).into_bytes();
        bytes[600] = 0xff;
        assert_eq!(decide(&bytes).ok(), Some(UTF_8));
    }
}
