//! What the demo's shops know: what ships, and what the file adds of their own goods.

use std::collections::HashMap;

use base::{Actor, Id, Problem};
use knowledge::{
    Defaults, FaqStatus, MakeAsk, NewCampaign, NewCertificate, NewFaq, NewMainPush, NewNotice, NewPreorder,
    NewRelation,
};
use store::Tx;

use super::DAY_MS;
use super::known::{Campaign, KnowledgeFile, Notice};
use super::load::{Site, missing};
use super::load_team::owner;

/// Products and SKUs by their codes.
#[derive(Default)]
struct Goods {
    products: HashMap<String, Id>,
    skus: HashMap<String, Id>,
}

impl Goods {
    fn read(tx: &mut Tx<'_>, site: &Site<'_>) -> Result<Goods, Problem> {
        let mut goods = Goods::default();
        for code in site
            .with
            .content
            .products
            .iter()
            .flat_map(|product| &product.skus)
        {
            let sku = catalogue::sku_by_code(tx, site.who.org, &code.code)?;
            let sku = sku.ok_or_else(|| missing("sku", &code.code))?;
            goods.skus.insert(code.code.clone(), sku.id);
        }
        for product in &site.with.content.products {
            let sku = product
                .skus
                .first()
                .ok_or_else(|| missing("sku", &product.code))?;
            let sku = catalogue::sku_by_code(tx, site.who.org, &sku.code)?;
            let sku = sku.ok_or_else(|| missing("product", &product.code))?;
            goods.products.insert(product.code.clone(), sku.product);
        }
        Ok(goods)
    }

    fn product(&self, code: &str) -> Result<Id, Problem> {
        let found = self.products.get(code).copied();
        found.ok_or_else(|| missing("product", code))
    }

    fn products(&self, codes: &[String]) -> Result<Vec<Id>, Problem> {
        codes.iter().map(|code| self.product(code)).collect()
    }
}

/// All of it, written by the owner.
pub(super) fn everything(tx: &mut Tx<'_>, site: &Site<'_>) -> Result<(), Problem> {
    let who = owner(tx, site)?;
    knowledge::load_defaults(tx, site.now, &who, &Defaults::default())?;
    let goods = Goods::read(tx, site)?;
    let file = &site.with.content.knowledge;
    things(tx, site, &who, &goods, file)?;
    selling(tx, site, &who, &goods, file)?;
    for one in &file.faq {
        let new = NewFaq {
            shop: None,
            category: one.category.clone(),
            intent: String::new(),
            question: one.question.clone(),
            question_en: String::new(),
            similar: one.similar.clone(),
            answer: one.answer.clone(),
            answer_en: String::new(),
            products: goods.products(&one.products)?,
            owner: who.person(),
            status: FaqStatus::Published,
            valid_from: None,
            valid_until: None,
            campaign: None,
            version: None,
        };
        knowledge::add_faq(tx, site.now, &who, &new)?;
    }
    knowledge::make_questions(tx, site.now, &who, &MakeAsk { product: None })?;
    file.notice.iter().try_for_each(|one| notice(tx, site, one))
}

fn things(
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    who: &Actor,
    goods: &Goods,
    file: &KnowledgeFile,
) -> Result<(), Problem> {
    for one in &file.fact {
        knowledge::change_facts(tx, site.now, who, goods.product(&one.product)?, &one.is)?;
    }
    for one in &file.certificate {
        let new = NewCertificate {
            kind: one.kind,
            number: one.number.clone(),
            issuer: one.issuer.clone(),
            file: None,
            expires_at: Some(site.now.plus(one.valid_in_days * DAY_MS)),
            note: String::new(),
        };
        knowledge::add_certificate(tx, site.now, who, goods.product(&one.product)?, &new)?;
    }
    for one in &file.warranty {
        knowledge::add_warranty(tx, site.now, who, goods.product(&one.product)?, &one.is)?;
    }
    for one in &file.preorder {
        let sku = goods.skus.get(&one.sku).copied();
        let new = NewPreorder {
            ships_at: site.now.plus(one.in_days * DAY_MS),
            note: one.note.clone(),
        };
        knowledge::set_preorder(
            tx,
            site.now,
            who,
            sku.ok_or_else(|| missing("sku", &one.sku))?,
            &new,
        )?;
    }
    Ok(())
}

fn selling(
    tx: &mut Tx<'_>,
    site: &Site<'_>,
    who: &Actor,
    goods: &Goods,
    file: &KnowledgeFile,
) -> Result<(), Problem> {
    for one in &file.relation {
        let new = NewRelation {
            kind: one.kind,
            product: goods.product(&one.product)?,
            other: goods.product(&one.other)?,
            sku: None,
            other_sku: None,
            note: one.note.clone(),
            position: 0,
        };
        knowledge::add_relation(tx, site.now, who, &new)?;
    }
    for one in &file.campaign {
        knowledge::add_campaign(tx, site.now, who, &campaign(site, goods, one)?)?;
    }
    for (position, one) in (0..).zip(&file.main_push) {
        let new = NewMainPush {
            shop: Some(site.shop(&one.shop)?),
            product: goods.product(&one.product)?,
            starts_at: site.now.plus(one.from_days * DAY_MS),
            ends_at: site.now.plus(one.until_days * DAY_MS),
            position,
            note: one.note.clone(),
        };
        knowledge::add_main_push(tx, site.now, who, &new)?;
    }
    Ok(())
}

fn campaign(site: &Site<'_>, goods: &Goods, one: &Campaign) -> Result<NewCampaign, Problem> {
    Ok(NewCampaign {
        title: one.title.clone(),
        kind: one.kind,
        text: one.text.clone(),
        starts_at: site.now.plus(one.from_days * DAY_MS),
        ends_at: site.now.plus(one.until_days * DAY_MS),
        shops: one.shops.as_ref().map(|keys| site.shops(keys)).transpose()?,
        products: one
            .products
            .as_ref()
            .map(|codes| goods.products(codes))
            .transpose()?,
        steps: one.steps.clone(),
        repeats: false,
        coupon: one.coupon.clone(),
        favourite: one.favourite,
        note: one.note.clone(),
    })
}

/// A notice, signed by those who read it already.
fn notice(tx: &mut Tx<'_>, site: &Site<'_>, one: &Notice) -> Result<(), Problem> {
    let new = NewNotice {
        kind: one.kind,
        title: one.title.clone(),
        text: one.text.clone(),
        shops: None,
        until: Some(site.now.plus(one.until_days * DAY_MS)),
    };
    let by = person(tx, site, &one.by)?;
    let issued = knowledge::issue_notice(tx, site.now, &by, &new)?;
    for login in &one.read_by {
        let reader = person(tx, site, login)?;
        knowledge::read_notice(tx, site.now, &reader, issued.said.id)?;
    }
    Ok(())
}

fn person(tx: &mut Tx<'_>, site: &Site<'_>, login: &str) -> Result<Actor, Problem> {
    let id = site
        .people
        .get(login)
        .copied()
        .ok_or_else(|| missing("person", login))?;
    team::actor_of(tx, site.who.org, id)?.ok_or_else(Problem::internal)
}
