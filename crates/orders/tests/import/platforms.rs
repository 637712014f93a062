//! Each platform's file, with the quirks of `export-headers` and invented buyers.

use base::Fen;
use orders::import::{ImportAsk, ImportKind, ImportState};
use orders::{AfterStatus, OrderStatus, PayStatus, ShipStatus};
use store::on_both;

use crate::hand::*;

/// The columns of 2012 and 退款金额 of later years, with blanks behind names, ids as formulas, phones with an apostrophe and a summary row.
const TAOBAO: &str = "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,买家留言,收货人姓名,收货地址 ,运送方式,联系电话 ,联系手机,订单创建时间,订单付款时间 ,宝贝标题 ,宝贝种类 ,物流单号 ,物流公司,订单备注,宝贝总数量,店铺名称,订单关闭原因,买家服务费,退款金额,自己记的\r\n\
=\"171531000000000017\",柠檬叶子,ning@example.com,￥256.00,12.00,268.00,268.00,交易成功,\"快一点,谢谢\",林小叶,浙江省 杭州市 西湖区 竹影路 9号(310000),快递,,'13800000017,2018-09-01 10:00:00,2018-09-01 10:05:00,竹纤维四件套,1,=\"No:75120001\",中通快递,送枕套,2,栖竹旗舰店,订单未关闭,0元,,老客\r\n\
=\"171531000000000025\",柠檬叶子,ning@example.com,99.00,0.00,99.00,0.00,交易关闭,,林小叶,浙江省 杭州市 西湖区 竹影路 9号(310000),快递,,'13800000017,2018-09-02 10:00:00,2018-09-02 10:01:00,蚕丝枕,1,=\"\",,,1,栖竹旗舰店,买家不想要了,0元,99.00,\r\n\
=\"171531000000000033\",江**,,50,0,50,0,等待买家付款,null,江**,浙江省 宁波市 ***,快递,,138****0033,2018-09-03 10:00:00,,蚕丝枕，竹纤维四件套,2,=\"\",,-,3,栖竹旗舰店,订单未关闭,0元,无退款申请,\r\n\
=\"171531000000000041\",远山,,88,0,88,88,等待月亮升起,,远山,福建省 厦门市,快递,0592-0000000,,2018-09-04 10:00:00,2018-09-04 10:00:30,蚕丝枕,1,,,,1,栖竹旗舰店,订单未关闭,0元,,\r\n\
1.71531E+17,失号,,88,0,88,88,交易成功,,失号,福建省,快递,,,2018-09-04 10:00:00,2018-09-04 10:00:30,蚕丝枕,1,,,,1,栖竹旗舰店,订单未关闭,0元,,\r\n\
\r\n\
合计,,,581.00,,,,,,,,,,,,,,,,,,,,,,,\r\n";

on_both! { TABLES;
    async fn an_order_report_of_taobao(db: &TestDb) {
        let scene = scene(db).await;
        let run = take_in(db, scene, scene.shop, gbk(TAOBAO), ImportAsk::default()).await.expect("taken in");
        assert_eq!((run.state, counts(&run), run.counts.read), (ImportState::Done, (4, 0, 0, 1), 5));
        assert_eq!(run.counts.masked_buyers, 1);
        let sheet = &run.sheets[0];
        assert_eq!((sheet.platform.as_deref(), sheet.generation.as_deref(), sheet.encoding.as_deref()),
            (Some("taobao"), Some("2012"), Some("gb18030")));
        assert_eq!(sheet.unknown.iter().map(|c| c.header.as_str()).collect::<Vec<_>>(), ["自己记的"]);
        assert_eq!(refused(db, scene, run.id).await, ["6 订单编号 id_lost"]);

        let done = order(db, scene, "171531000000000017").await;
        assert_eq!((done.platform.as_str(), done.order_status, done.pay_status, done.ship_status),
            ("tmall", OrderStatus::Done, PayStatus::Paid, ShipStatus::Signed));
        assert_eq!((done.total_fen, done.paid_fen, done.post_fen), (Fen(26_800), Fen(26_800), Some(Fen(1_200))));
        assert_eq!((done.placed_at, done.paid_at), (Some(at("2018-09-01T10:00:00")), Some(at("2018-09-01T10:05:00"))));
        assert_eq!((done.buyer_note.as_deref(), done.remark.as_deref()), (Some("快一点,谢谢"), Some("送枕套")));
        assert_eq!((done.courier.as_deref(), done.waybill.as_deref()), (Some("中通快递"), Some("75120001")));
        assert_eq!(done.phone_masked.as_deref(), Some(base::mask_contact("13800000017").as_str()));
        assert_eq!(done.extra, Some(serde_json::json!({"自己记的": "老客"})));
        assert_eq!(done.lines.iter().map(|l| (l.title.as_str(), l.quantity, l.price_fen)).collect::<Vec<_>>(),
            [("竹纤维四件套", 2, Fen(12_800))]);

        let closed = order(db, scene, "171531000000000025").await;
        assert_eq!((closed.order_status, closed.pay_status, closed.refund_fen), (OrderStatus::Closed, PayStatus::Refunded, Fen(9_900)));
        assert_eq!(closed.close_reason.as_deref(), Some("买家不想要了"));
        let buyer = customer(db, scene, done.customer.expect("known")).await;
        assert_eq!((closed.customer, buyer), (done.customer, ("柠檬叶子".to_owned(), 26_800, 1)));

        let masked = order(db, scene, "171531000000000033").await;
        assert_eq!((masked.customer, masked.pay_status, masked.lines.len()), (None, PayStatus::Unpaid, 0));
        assert_eq!((masked.buyer_note, masked.remark, masked.refund_fen), (None, None, Fen(0)));
        let odd = order(db, scene, "171531000000000041").await;
        assert_eq!((odd.words.as_deref(), odd.order_status, odd.pay_status), (Some("等待月亮升起"), OrderStatus::Open, PayStatus::Paid));
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM log WHERE kind LIKE 'order.%' OR kind LIKE 'customer.%'").await, 0);
    }

    async fn lines_of_the_item_report_take_the_place_of_the_whole(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, gbk(TAOBAO)).await;
        let items = "子订单编号,主订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码,支付单号,买家应付货款,买家实际支付金额,退款状态,退款金额,订单创建时间,订单付款时间\r\n\
            8001,171531000000000017,竹纤维四件套,128.00,1,null,颜色分类：青;尺码：1.8m,,,交易成功,SJT-Q18,,128,128,没有申请退款,无退款申请,2018-09-01 10:00:00,2018-09-01 10:05:00,\r\n\
            8002,171531000000000017,竹纤维四件套,128.00,1,null,颜色分类：白;尺码：1.8m,,,交易成功,null,,128,128,没有申请退款,无退款申请,2018-09-01 10:00:00,2018-09-01 10:05:00,\r\n";
        let run = take_in(db, scene, scene.shop, items, ImportAsk::default()).await.expect("taken in");
        assert_eq!(run.sheets[0].kind, Some(ImportKind::Items));
        assert_eq!(counts(&run), (0, 1, 0, 0), "{:?}", refused(db, scene, run.id).await);
        let lines = order(db, scene, "171531000000000017").await.lines;
        assert_eq!(lines.iter().map(|l| (l.code.as_deref(), l.spec.as_str(), l.quantity)).collect::<Vec<_>>(),
            [(Some("SJT-Q18"), "颜色分类：青;尺码：1.8m", 1), (None, "颜色分类：白;尺码：1.8m", 1)]);
        // The report of whole orders, sent again, does not take the lines away.
        let again = orders_in(db, scene, gbk(TAOBAO)).await;
        assert_eq!(counts(&again), (0, 0, 4, 1));
        assert_eq!(order(db, scene, "171531000000000017").await.lines, lines);
    }

    async fn lines_of_jd_make_one_order(db: &TestDb) {
        let scene = scene(db).await;
        let jd = "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,订单状态,订单类型,下单帐号,客户姓名,客户地址,联系电话,订单备注,发票类型,发票抬头,发票内容,商家备注,商家备注等级（等级1-5为由高到低）,运费金额,付款确认时间,增值税发票,货号,订单完成时间,订单来源,订单渠道\r\n\
            9001,1,竹席\r\n,1,在线支付,2016-05-01 08:00:00,199.00,298.00,280.00,0,280.00,等待出库,,jd_maple,冯枫,北京 朝阳区,010-00000000,周末送,不开发票,,,易碎,3,0.00,2016-05-01 08:01:00,,ZX-15,,,\r\n\
            9001,2,竹枕,1,在线支付,2016-05-01 08:00:00,99.00,298.00,280.00,0,280.00,等待出库,,jd_maple,冯枫,北京 朝阳区,010-00000000,周末送,不开发票,,,易碎,3,0.00,2016-05-01 08:01:00,,ZZ-01,,,\r\n\
            9002,2,竹枕,2,货到付款,2016-05-01 09:00:00,99.00,198.00,198.00,0,198.00,等待出库,,jd_pine,宋松,上海,021-00000000,,不开发票,,,,,0.00,,,ZZ-01,,,\r\n\
            9003,2,竹枕,many,在线支付,2016-05-01 09:00:00,99.00,198.00,198.00,0,198.00,等待出库,,jd_pine,宋松,上海,021-00000000,,不开发票,,,,,0.00,,,ZZ-01,,,\r\n\
            9003,2,竹席,1,在线支付,2016-05-01 09:00:00,99.00,198.00,198.00,0,198.00,等待出库,,jd_pine,宋松,上海,021-00000000,,不开发票,,,,,0.00,,,ZZ-01,,,\r\n\
            9001,3,竹凳,1,在线支付,2016-05-01 08:00:00,50,348.00,330.00,0,330.00,等待出库,,jd_maple,冯枫,北京 朝阳区,010-00000000,周末送,不开发票,,,易碎,3,0.00,2016-05-01 08:01:00,,ZD-01,,,\r\n";
        let jd = jd.replace("竹席\r\n,", "\"竹席\r\n\",");
        let run = take_in(db, scene, scene.shop, gbk(&jd), ImportAsk::default()).await.expect("taken in");
        assert_eq!((counts(&run), run.counts.read), ((2, 0, 0, 3), 6));
        let wrong = refused(db, scene, run.id).await;
        assert_eq!(wrong, ["6 - order_incomplete", "5 订购数量 number_bad", "7 订单号 order_scattered"]);
        let order = order(db, scene, "9001").await;
        assert_eq!((order.platform.as_str(), order.total_fen, order.paid_fen), ("jd", Fen(29_800), Fen(28_000)));
        assert_eq!(order.lines.iter().map(|l| (l.title.as_str(), l.code.as_deref(), l.price_fen)).collect::<Vec<_>>(),
            [("竹席", Some("ZX-15"), Fen(19_900)), ("竹枕", Some("ZZ-01"), Fen(9_900))]);
        assert_eq!((order.buyer_note.as_deref(), order.remark.as_deref()), (Some("周末送"), Some("易碎")));
        let cash = crate::hand::order(db, scene, "9002").await;
        assert_eq!(cash.pay_status, PayStatus::Unpaid, "cash on delivery");
    }

    async fn orders_of_pinduoduo_and_douyin(db: &TestDb) {
        let scene = scene(db).await;
        let pdd = "订单成交时间,商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),用户实付金额(元),商家实收金额(元),商品数量(件),发货时间,确认收货时间,商品id,商品规格,样式ID,商家编码-规格维度,商家编码-商品维度,商家备注,售后状态,快递单号,快递公司\r\n\
            2024-03-01 12:00:00,竹浆抽纸,240301-000000000000011,已发货，待收货,39.80,0.00,5.00,1.00,0.00,33.80,34.80,2,2024-03-02 09:00:00,,77,原色 20包,7701,CZ-20,CZ,,无售后或售后取消,YT0001,圆通快递\r\n\
            ,竹浆抽纸,240301-000000000000029,已取消,19.90,0.00,0,0,0.00,19.90,19.90,1,,,77,原色 10包,7702,,CZ,,无售后或售后取消,,\r\n";
        let run = take_in(db, scene, scene.shop, pdd, ImportAsk::default()).await.expect("taken in");
        assert_eq!((run.sheets[0].platform.as_deref(), counts(&run)), (Some("pdd"), (2, 0, 0, 0)));
        let order = order(db, scene, "240301-000000000000011").await;
        assert_eq!((order.ship_status, order.paid_fen, order.shipped_at), (ShipStatus::Shipped, Fen(3_380), Some(at("2024-03-02T09:00:00"))));
        assert_eq!((order.lines[0].price_fen, order.lines[0].code.as_deref()), (Fen(1_990), Some("CZ-20")));
        let gone = crate::hand::order(db, scene, "240301-000000000000029").await;
        assert_eq!((gone.order_status, gone.pay_status, gone.lines[0].code.as_deref()), (OrderStatus::Closed, PayStatus::Unpaid, Some("CZ")));

        let douyin = "\u{feff}主订单编号,子订单编号,选购商品,商品规格,商品数量,商家编码,订单应付金额,运费,收件人,收件人手机号,详细地址,订单提交时间,商家备注,订单完成时间,订单状态,售后状态,取消原因,发货时间,平台实际承担优惠金额,商家实际承担优惠金额,达人实际承担优惠金额\r\n\
            \"\t6917000000000000011\",\"\t6917000000000000012\",竹炭包,黑,3,TB-1,29.70,0,##aGVsbG8##,$$cGhvbmU$$,##YWRkcg##,2025-01-05 10:00:00,-,-,已发货,-,-,2025-01-06 08:00:00,0,0,0\r\n\
            \"\t6917000000000000011\",\"\t6917000000000000013\",竹炭盒,白,1,TB-2,15.00,0,##aGVsbG8##,$$cGhvbmU$$,##YWRkcg##,2025-01-05 10:00:00,-,-,已关闭,退款成功,不想要,-,0,0,0\r\n";
        let run = take_in(db, scene, scene.shop, douyin, ImportAsk::default()).await.expect("taken in");
        assert_eq!((run.sheets[0].platform.as_deref(), counts(&run)), (Some("douyin"), (1, 0, 0, 0)));
        let order = crate::hand::order(db, scene, "6917000000000000011").await;
        assert_eq!((order.platform.as_str(), order.total_fen, order.lines.len()), ("douyin", Fen(4_470), 2));
        assert_eq!((order.order_status, order.ship_status, order.after_status), (OrderStatus::Open, ShipStatus::Shipped, AfterStatus::Done));
        // A full name that comes later takes the cipher's place, and never the other way round.
        let plain = "订单号,收件人,收件人手机号,订单状态\r\n6917000000000000011,竹小满,13900000011,已发货\r\n";
        let asked = ImportAsk { platform: Some("douyin".into()), ..ask(ImportKind::Orders) };
        take_in(db, scene, scene.shop, plain, asked).await.expect("taken in");
        take_in(db, scene, scene.shop, douyin, ImportAsk::default()).await.expect("taken in");
        let order = crate::hand::order(db, scene, "6917000000000000011").await;
        assert_eq!(order.receiver_masked.as_deref(), Some(base::mask_name("竹小满").as_str()));
    }
}
