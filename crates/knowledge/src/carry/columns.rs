use sheet::Names;

use base::Problem;

use crate::WordKind;

/// A column: its name in the program and in lines of JSON, then its headers, the first of which is written.
pub(super) type Column = (&'static str, &'static [&'static str]);

const FAQ: &[Column] = &[
    ("question", &["问题", "标准问题", "标准问", "question"]),
    (
        "similar",
        &[
            "相似问",
            "相似问题",
            "相似问法",
            "similar",
            "similar questions",
            "similar_questions",
        ],
    ),
    ("answer", &["答案", "回答", "回复", "answer"]),
    ("category", &["分类", "类别", "category"]),
    ("intent", &["意图", "intent"]),
    ("question_en", &["英文问题", "question_en"]),
    ("answer_en", &["英文答案", "answer_en"]),
    ("status", &["状态", "status"]),
    ("valid_from", &["生效时间", "有效期从", "valid_from"]),
    ("valid_until", &["失效时间", "有效期至", "valid_until"]),
    ("owner", &["负责人", "owner"]),
    ("products", &["适用商品", "商品编码", "商品", "products"]),
    ("campaign", &["活动", "所属活动", "campaign"]),
];

const SCRIPT: &[Column] = &[
    ("code", &["快捷码", "快捷编码", "编码", "code"]),
    ("title", &["标题", "名称", "title"]),
    ("text", &["内容", "话术", "快捷短语", "text"]),
    ("category", &["分类", "分组", "类别", "category"]),
    ("stage", &["阶段", "stage"]),
    ("bargain", &["议价类型", "bargain"]),
    ("step", &["安抚步骤", "步骤", "step"]),
    ("title_en", &["英文标题", "title_en"]),
    ("text_en", &["英文内容", "text_en"]),
    ("status", &["状态", "status"]),
    ("valid_from", &["生效时间", "有效期从", "valid_from"]),
    ("valid_until", &["失效时间", "有效期至", "valid_until"]),
    ("campaign", &["活动", "所属活动", "campaign"]),
];

const POLICY: &[Column] = &[
    ("title", &["标题", "名称", "政策", "title"]),
    ("text", &["内容", "正文", "text"]),
    ("category", &["分类", "类别", "category"]),
    ("platform", &["平台", "platform"]),
    ("title_en", &["英文标题", "title_en"]),
    ("text_en", &["英文内容", "text_en"]),
    ("status", &["状态", "status"]),
    ("valid_from", &["生效时间", "有效期从", "valid_from"]),
    ("valid_until", &["失效时间", "有效期至", "valid_until"]),
    ("campaign", &["活动", "所属活动", "campaign"]),
];

/// The columns of a kind, in the order in which they are written.
pub(super) fn columns(kind: WordKind) -> &'static [Column] {
    match kind {
        WordKind::Faq => FAQ,
        WordKind::Script => SCRIPT,
        WordKind::Policy => POLICY,
    }
}

/// The columns a file must have to be one of this kind.
pub(super) fn needed(kind: WordKind) -> &'static [&'static str] {
    match kind {
        WordKind::Faq => &["question"],
        WordKind::Script => &["text"],
        WordKind::Policy => &["title", "text"],
    }
}

/// The columns as `sheet` looks for them.
pub(super) fn names(kind: WordKind) -> Result<Names, Problem> {
    let mut table = String::from("[columns]\n");
    for (name, headers) in columns(kind) {
        let quoted: Vec<String> = headers.iter().map(|header| format!("'{header}'")).collect();
        table.push_str(&format!("{name} = [{}]\n", quoted.join(", ")));
    }
    Names::parse(&table).map_err(|_| Problem::internal())
}

/// What a cell may say for an enum's value, beside its name on the wire; the first is written.
pub(super) const WORDS: &[(&str, &str)] = &[
    ("any", "不限"),
    ("any", "全部"),
    ("pre", "售前"),
    ("in", "售中"),
    ("after", "售后"),
    ("promise", "允诺型"),
    ("compare", "对比型"),
    ("flat", "武断型"),
    ("threat", "威逼利诱型"),
    ("gift", "贪小便宜型"),
    ("pity", "博取同情"),
    ("pity", "博取同情型"),
    ("excuse", "借口型"),
    ("draft", "草稿"),
    ("published", "启用"),
    ("published", "已发布"),
    ("retired", "停用"),
    ("proposed", "待审"),
];
