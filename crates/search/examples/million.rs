//! Measures the index on a million messages: feed rate, questions, opening, memory.
//!
//! `cargo run --release -p search --example million [-- [--docs N] [--dir DIR] [--chats FILE.jsonl]]`
//!
//! Texts are made from shop talk with frequent and rare words; with `--chats` (one session a line,
//! `{"turns":[{"text"}]}`) they are the texts of the file, over and over. `--dir` keeps the index.

#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use search::{Ask, Doc, Index, Kind, Sort};

const START: i64 = 1_700_000_000_000;
const OPENINGS: [&str; 10] = [
    "您好",
    "你好",
    "亲",
    "在吗",
    "请问",
    "麻烦问一下",
    "老板",
    "客服",
    "那个",
    "哎",
];
const THINGS: [&str; 40] = [
    "连衣裙",
    "衬衫",
    "运动鞋",
    "羽绒服",
    "牛仔裤",
    "手机壳",
    "充电器",
    "保温杯",
    "床单",
    "枕头",
    "台灯",
    "背包",
    "雨伞",
    "袜子",
    "毛巾",
    "耳机",
    "键盘",
    "面膜",
    "口红",
    "洗发水",
    "电饭煲",
    "炒锅",
    "茶叶",
    "坚果礼盒",
    "猫粮",
    "狗窝",
    "玩具车",
    "积木",
    "绘本",
    "书包",
    "行李箱",
    "窗帘",
    "地毯",
    "沙发套",
    "加湿器",
    "风扇",
    "电热毯",
    "iPhone15",
    "蓝牙音箱",
    "数据线",
];
const MATTERS: [&str; 30] = [
    "什么时候发货",
    "能不能便宜点",
    "有货吗",
    "怎么还没到",
    "可以退货吗",
    "想换个颜色",
    "尺码怎么选",
    "发什么快递",
    "地址写错了能改吗",
    "可以开发票吗",
    "质量怎么样",
    "会不会掉色",
    "包装破了",
    "少发了一件",
    "运费谁出",
    "有没有优惠券",
    "退款什么时候到账",
    "显示签收了可我没收到",
    "能指定顺丰吗",
    "今天能发出吗",
    "保修多久",
    "怎么安装",
    "可以货到付款吗",
    "和图片颜色不一样",
    "穿了两天就开线了",
    "我要投诉",
    "帮我催一下快递",
    "订单怎么取消",
    "活动到几号",
    "送赠品吗",
];
const ENDINGS: [&str; 10] = [
    "谢谢",
    "急用",
    "麻烦了",
    "的",
    "了",
    "呢",
    "哦",
    "好的",
    "等你回复",
    "尽快处理一下吧",
];
const ANSWERS: [&str; 10] = [
    "亲，您好，这边帮您查询一下，请稍等哦",
    "非常抱歉给您带来不便，已经为您登记了",
    "现在下单今天就可以发货的呢",
    "支持七天无理由退换货，请您放心购买",
    "这款目前有现货，喜欢可以直接拍下",
    "快递已经在路上了，预计明天送达",
    "退款会在一到三个工作日原路返回",
    "您可以在订单页面申请售后，选择退货退款",
    "建议您按平时穿的尺码选择就可以",
    "好的亲，已经备注了",
];
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗单曾仇解查区翟";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰小雨晨曦梓涵一诺";
/// Rare words: two characters out of this, so that most stand in a few messages only.
const RARE: &str = "琥珀翡翠檀桦枫柚橙杏梨桃莓薄荷薰艾蔻栀蔷薇茉莉鸢尾芍药雏菊蒲公英";

/// A small generator of numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % n.max(1)
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    /// Mostly from the beginning of the list.
    fn often<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let n = list.len();
        list[self.below(n).min(self.below(n))]
    }

    fn char(&mut self, of: &str) -> char {
        of.chars().nth(self.below(of.chars().count())).unwrap_or('的')
    }

    fn name(&mut self) -> String {
        let given = 1 + self.below(2);
        std::iter::once(self.char(SURNAMES))
            .chain((0..given).map(|_| self.char(GIVEN)).collect::<Vec<_>>())
            .collect()
    }

    fn message(&mut self) -> String {
        match self.below(10) {
            0..=3 => self.of(&ANSWERS).to_owned(),
            4 => format!(
                "订单号{}麻烦查一下{}",
                2_026_000_000_000_000 + self.below(10_000_000),
                self.of(&ENDINGS)
            ),
            5 => {
                let rare: String = [self.char(RARE), self.char(RARE)].iter().collect();
                format!("{}色的{}{}", rare, self.often(&THINGS), self.of(&MATTERS))
            }
            n => {
                let more = if n < 9 {
                    format!("，{}", self.of(&MATTERS))
                } else {
                    String::new()
                };
                let (opening, thing) = (self.often(&OPENINGS), self.often(&THINGS));
                format!(
                    "{opening}，{thing}{}{more}{}",
                    self.often(&MATTERS),
                    self.of(&ENDINGS)
                )
            }
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        args.iter()
            .position(|a| a == name)
            .and_then(|at| args.get(at + 1))
    };
    if let Some(dir) = value("--idle") {
        return idle(Path::new(dir));
    }
    let docs: usize = value("--docs").map_or(Ok(1_000_000), |n| n.parse())?;
    let scratch = tempfile::tempdir()?;
    let dir = value("--dir").map_or_else(|| scratch.path().join("index"), PathBuf::from);
    let texts = value("--chats")
        .map(|file| chats(Path::new(file)))
        .transpose()?
        .unwrap_or_default();

    let (index, opened) = Index::open(&dir, "million")?;
    println!("start                     {}", memory());
    if opened.needs_rebuild() {
        feed(&index, docs, &texts)?;
    }
    println!("documents                 {}", index.len());
    println!("index on disk             {} MB", disk(&dir)? >> 20);
    live(&index)?;
    index.rest()?;
    println!("rested                    {}", memory());
    ask(&index, &texts)?;
    println!("after all questions       {}", memory());
    drop(index);
    let me = std::env::current_exe()?;
    std::process::Command::new(me).arg("--idle").arg(&dir).status()?;
    Ok(())
}

/// What a server that only serves costs: open, one question, the memory then.
fn idle(dir: &Path) -> Result<(), Box<dyn std::error::Error>> {
    println!("-- a new process");
    println!("before opening            {}", memory());
    let clock = Instant::now();
    let (index, opened) = Index::open(dir, "million")?;
    println!("opened in                 {:?}, {opened:?}", clock.elapsed());
    println!("open                      {}", memory());
    let clock = Instant::now();
    let hits = index.search(&Ask::new(1, "什么时候发货"))?.hits.len();
    println!("first question            {:?}, {hits} hits", clock.elapsed());
    println!("after one question        {}", memory());
    Ok(())
}

fn chats(file: &Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut out = Vec::new();
    for line in std::fs::read_to_string(file)?.lines() {
        let session: serde_json::Value = serde_json::from_str(line)?;
        let turns = session["turns"].as_array().cloned().unwrap_or_default();
        out.extend(
            turns
                .iter()
                .filter_map(|turn| turn["text"].as_str().map(str::to_owned)),
        );
    }
    Ok(out)
}

fn feed(index: &Index, docs: usize, texts: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut chars = 0;
    let mut making = Duration::ZERO;
    let clock = Instant::now();
    for start in (0..docs).step_by(1000) {
        let made = Instant::now();
        let batch: Vec<Doc> = (start..docs.min(start + 1000))
            .map(|n| {
                let body = if texts.is_empty() {
                    dice.message()
                } else {
                    texts[n % texts.len()].clone()
                };
                chars += body.chars().count();
                let n = n as i64;
                // One message in fifty is of other organisations; conversations have about 20 messages.
                let org = if n % 50 == 0 { 2 + n % 7 } else { 1 };
                let at = START + n * 700 + dice.below(60_000) as i64;
                Doc {
                    shop: 1 + n % 5,
                    at,
                    body,
                    ..Doc::new(org, Kind::Message, START + n / 20, n % 20)
                }
            })
            .collect();
        making += made.elapsed();
        index.put(&batch)?;
        if (start + 1000) % 50_000 == 0 {
            index.commit(start as i128)?;
        }
    }
    index.commit(docs as i128)?;
    let took = (clock.elapsed() - making).as_secs_f64();
    println!(
        "fed                       {docs} messages of {} characters in {took:.1} s: {:.0} a second",
        chars / docs.max(1),
        docs as f64 / took
    );
    println!("fed                       {}", memory());

    let customers = docs / 20;
    let clock = Instant::now();
    for start in (0..customers).step_by(1000) {
        let batch: Vec<Doc> = (start..customers.min(start + 1000))
            .map(|n| Doc {
                at: START + n as i64,
                names: vec![dice.name()],
                exact: vec![format!("tb{:08}_{}", dice.below(100_000_000), n % 97)],
                ..Doc::new(1, Kind::Customer, n as i64, 0)
            })
            .collect();
        index.put(&batch)?;
    }
    index.commit(docs as i128 + 1)?;
    let took = clock.elapsed().as_secs_f64();
    println!(
        "fed                       {customers} customers in {took:.1} s: {:.0} a second",
        customers as f64 / took
    );
    Ok(())
}

/// Feeding while people talk: a few messages, a commit, again.
fn live(index: &Index) -> Result<(), Box<dyn std::error::Error>> {
    let mut dice = Dice(7);
    let mut times = Vec::new();
    for n in 0..100 {
        let docs: Vec<Doc> = (0..50)
            .map(|sub| Doc {
                shop: 1,
                at: START * 2,
                body: dice.message(),
                ..Doc::new(1, Kind::Message, 5 + n, sub)
            })
            .collect();
        let clock = Instant::now();
        index.put(&docs)?;
        index.commit(index.cursor() + 1)?;
        times.push(clock.elapsed());
    }
    print_times("50 messages and a commit", &mut times);
    Ok(())
}

fn ask(index: &Index, texts: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    search::words::warm();
    println!("dictionary loaded         {}", memory());
    let mut dice = Dice(42);
    let mut sets: Vec<(&str, Vec<Ask>)> = Vec::new();
    let mut set = |name, asks: &mut dyn FnMut(&mut Dice) -> Ask| {
        sets.push((name, (0..300).map(|_| asks(&mut dice)).collect()));
    };
    let messages = |text: String| Ask {
        kinds: vec![Kind::Message],
        ..Ask::new(1, text)
    };
    set("one character", &mut |d| {
        messages(d.of(&["的", "了", "货", "发", "您", "吗", "琥"]).into())
    });
    set("a frequent word", &mut |d| {
        messages(d.of(&["发货", "快递", "什么", "您好", "连衣裙", "退货"]).into())
    });
    set("a rare word", &mut |d| {
        messages([d.char(RARE), d.char(RARE)].iter().collect())
    });
    set("two or three words", &mut |d| {
        messages(format!("{} {}", d.of(&THINGS), d.of(&MATTERS)))
    });
    set("words that meet nowhere", &mut |d| {
        messages(format!("{}{}翀", d.of(&THINGS), d.of(&ANSWERS)))
    });
    set("a message, or its beginning", &mut |d| {
        let text = if texts.is_empty() {
            d.message()
        } else {
            texts[d.below(texts.len())].clone()
        };
        messages(text.chars().take(4 + d.below(30)).collect())
    });
    set("an order number", &mut |d| {
        messages((2_026_000_000_000_000 + d.below(10_000_000)).to_string())
    });
    set("its first 8 to 14 digits", &mut |d| {
        let number = (2_026_000_000_000_000 + d.below(10_000_000)).to_string();
        messages(number[..8 + d.below(7)].to_owned())
    });
    set("latin, being typed", &mut |d| {
        messages(d.of(&["iph", "iphone", "iphone15", "ok"]).into())
    });
    set("one shop of five", &mut |d| Ask {
        shops: Some(vec![3]),
        ..messages(d.of(&["发货", "的", "快递"]).into())
    });
    set("a small organisation", &mut |d| Ask {
        org: 3,
        ..messages(d.of(&["发货", "的", "快递"]).into())
    });
    set("names, all kinds", &mut |d| {
        Ask::new(
            1,
            d.of(&["zs", "zhang", "wangfang", "张伟", "单", "lx", "chenmin"]),
        )
    });
    set("all kinds, best", &mut |d| Ask {
        sort: Sort::Best,
        ..Ask::new(1, d.of(&["张伟", "发货", "zhangwei", "tb123"]))
    });
    set("customers, best", &mut |d| {
        let text = if d.below(2) == 0 {
            d.name()
        } else {
            d.of(&["zs", "wangf", "tb123", "limin"]).to_owned()
        };
        Ask {
            kinds: vec![Kind::Customer],
            sort: Sort::Best,
            ..Ask::new(1, text)
        }
    });
    set("messages, best", &mut |d| Ask {
        sort: Sort::Best,
        ..messages(d.message())
    });
    let mut all = Vec::new();
    for (name, asks) in &sets {
        let (mut times, mut hits) = (Vec::new(), 0);
        for ask in asks {
            let clock = Instant::now();
            hits += index.search(ask)?.hits.len();
            times.push(clock.elapsed());
        }
        if !name.ends_with("best") {
            all.extend(&times);
        }
        print_times(
            &format!("{name} ({:.0} hits)", hits as f64 / asks.len() as f64),
            &mut times,
        );
    }
    print_times("all, newest first", &mut all);
    let (mut times, mut after) = (Vec::new(), None);
    for _ in 0..200 {
        let clock = Instant::now();
        let found = index.search(&Ask {
            after,
            limit: 50,
            ..messages("发货".into())
        })?;
        times.push(clock.elapsed());
        after = found.next;
    }
    print_times("200 pages of 50, one by one", &mut times);
    Ok(())
}

fn print_times(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e3;
    println!(
        "{name:<40} p50 {:>8.3} ms   p99 {:>8.3} ms   max {:>8.3} ms",
        at(50),
        at(99),
        at(100)
    );
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let figure = |name: &str| {
        let line = status
            .lines()
            .find_map(|l| l.strip_prefix(name))
            .unwrap_or_default();
        line.trim()
            .split(' ')
            .next()
            .and_then(|kb| kb.parse::<u64>().ok())
            .unwrap_or(0)
            >> 10
    };
    let (own, mapped, peak) = (figure("RssAnon:"), figure("RssFile:"), figure("VmHWM:"));
    format!("own memory {own} MB, files mapped {mapped} MB, peak {peak} MB")
}

fn disk(dir: &Path) -> Result<u64, std::io::Error> {
    std::fs::read_dir(dir)?
        .map(|entry| Ok(entry?.metadata()?.len()))
        .sum()
}
