//! A file of orders as a platform exports them, of any length and always the same.

use std::io::{Result, Write as _};
use std::path::Path;

const HEADERS: &str = "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,买家实际支付金额,买家实际支付积分,订单状态,买家留言,收货人姓名,收货地址 ,运送方式,联系电话 ,联系手机,订单创建时间,订单付款时间 ,宝贝标题 ,宝贝种类 ,物流单号 ,物流公司,订单备注,宝贝总数量,店铺Id,店铺名称,订单关闭原因,卖家服务费,买家服务费";
const TITLES: &[&str] = &[
    "竹纤维四件套床单被套学生宿舍",
    "蚕丝枕护颈成人单只装",
    "藤编凉席三件套可折叠",
    "亚麻窗帘遮光卧室成品",
];

/// Orders in Taobao's thirty columns, GBK, with the quirks of real exports: three hundred buyers a thousand orders,
/// their orders spread over the whole time.
pub(crate) fn write_csv(path: &Path, rows: u64) -> Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let put = |file: &mut std::io::BufWriter<std::fs::File>, text: &str| {
        let (bytes, _, _) = encoding_rs::GB18030.encode(text);
        file.write_all(&bytes)
    };
    put(&mut file, &format!("{HEADERS}\r\n"))?;
    let (mut random, buyers) = (0x2545_f491_4f6c_dd1d_u64, (rows * 3 / 10).max(1));
    for n in 0..rows {
        // xorshift: the same file every time.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let buyer = random % buyers;
        let (quantity, price) = (1 + random / buyers % 3, 1_990 + random % 20_000);
        let sum = quantity * price;
        let (state, paid) = match random % 20 {
            0 => ("等待买家付款", ""),
            1 => ("交易关闭", ""),
            2..=4 => ("卖家已发货，等待买家确认", "x"),
            _ => ("交易成功", "x"),
        };
        let second = n * 20_000_000 / rows;
        let (day, rest) = (second / 86_400, second % 86_400);
        let stamp = |plus: u64| {
            let rest = (rest + plus) % 86_400;
            format!(
                "2018-{:02}-{:02} {:02}:{:02}:{:02}",
                1 + day / 28 % 12,
                1 + day % 28,
                rest / 3_600,
                rest / 60 % 60,
                rest % 60
            )
        };
        let yuan = format!("{}.{:02}", sum / 100, sum % 100);
        let (paid_at, paid) = if paid.is_empty() {
            (String::new(), "0.00")
        } else {
            (stamp(40), yuan.as_str())
        };
        put(
            &mut file,
            &format!(
                "=\"{}\",栖竹买家{buyer},{buyer}@example.com,{yuan},0.00,0,{yuan},0,{paid},0,{state},{},林小叶,浙江省 杭州市 西湖区 竹影路 {}号(310000),快递,,'138{:08},{},{paid_at},{},1,No:75{n:010},中通快递,{},{quantity},0,栖竹旗舰店,订单未关闭,0.00,0元\r\n",
                171_531_000_000_000_017 + n * 8,
                if n % 9 == 0 {
                    "\"快一点,谢谢\""
                } else {
                    "null"
                },
                n % 400,
                buyer,
                stamp(0),
                TITLES[(random % 4) as usize],
                if n % 7 == 0 { "送枕套" } else { "" },
            ),
        )?;
    }
    put(&mut file, "合计,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\r\n")?;
    file.flush()
}
