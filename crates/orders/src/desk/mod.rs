//! The order desk: what was promised in a talk reaches the parcel. Promises ([`add_ask`]), audit with its seven
//! checks and named holds, rules as data, gifts, couriers and where they do not go, parcels put together and cut
//! apart.
//!
//! A parcel follows its orders by itself: [`work`] looks at orders that were written since it last looked, so that
//! whoever writes an order (a program, an import, a person) need not know of the desk.

mod alarm;
mod arrivals;
mod ask;
mod ask_keep;
mod back;
mod barcode;
mod batch;
mod checks;
mod courier;
mod desk_parcel;
mod doubt;
mod elsewhere;
mod expected;
mod facts;
mod file;
mod gift;
mod heard;
mod hold;
pub mod http;
mod join;
mod judge;
mod label;
mod label_facts;
mod label_keep;
mod label_print;
mod list;
mod look;
mod many;
mod mistake;
mod new_price_list;
mod offer;
mod pack;
mod paper;
mod parcel;
mod pass;
mod passes;
mod pickup;
#[cfg(test)]
mod plans;
mod presale;
mod price_change;
mod price_list;
mod price_rule;
mod print;
mod print_page;
pub(crate) mod reach;
pub(crate) mod region;
mod rule;
mod sent;
mod settings;
mod ship;
mod status;
mod stock_file;
mod stop_area;
mod table;
mod told;
mod trace;
mod trail;
mod transit;
mod trouble;
mod try_rules;
mod view;
mod wake;
mod watch;
mod when;

pub use alarm::{AlarmFilter, DeskAlarm, desk_alarms, see_alarm};
pub use arrivals::{Arrivals, arrivals};
pub use ask::{
    Ask, AskDecision, AskFilter, AskKind, AskState, AskedAddress, AsksOfOrder, DeskPerson, asks, asks_of,
    open_prices,
};
pub use ask_keep::{
    DecideAsk, NewAsk, RevealedAsk, add_ask, decide_ask, move_prices, reveal_ask, withdraw_ask,
};
pub use batch::{
    Batch, BatchFilter, BatchPlace, BatchPrinted, BatchView, NewBatch, Pulled, batch, batches, make_batch,
};
pub use checks::CheckKey;
pub use courier::{Courier, NewCourier, couriers, set_courier};
pub use desk_parcel::{
    CheckState, DeskParcel, DoneBy, ParcelBatch, ParcelCheck, ParcelHold, ParcelLine, ParcelMistake,
    ParcelOrder, ParcelPassed, ParcelStop, ParcelWeight,
};
pub use doubt::{
    CountStock, DoubtCause, DoubtFilter, DoubtedAsk, DoubtedSku, NewDoubt, StockDoubt, count_stock,
    doubt_stock, doubted, doubts,
};
pub(crate) use expected::{JOB as EXPECTED_JOB, next as reckon_next};
pub use gift::{
    GiftPiece, GiftRule, GiftSku, GiftStep, NewGiftRule, gift_rules, gift_skus, remove_gift_rule,
    set_gift_rule,
};
pub use join::{CutParcels, MergeParcels, SplitLine, SplitParcel, merge, merge_mates, rejoin, split};
pub use label_keep::{
    Label, LabelFilter, LabelLook, LabelPage, NewLabel, labels, look_at_label, remove_label, set_label,
};
pub(crate) use list::parcel_orders;
pub use list::{
    CountFilter, ParcelCount, ParcelCounts, ParcelFilter, ParcelSort, ReasonCount, parcel_counts, parcels,
};
pub use look::{forget, work};
pub use many::{
    DoneParcels, HoldParcels, ParcelRev, PassParcels, PassedParcels, RefusedParcel, ReleaseParcels,
    hold_many, pass_many, release_many,
};
pub use mistake::{Auditor, AuditorAsk, MadeIn, MistakeCause, NewMistake, auditors, set_mistake};
pub use new_price_list::{NewPriceList, PriceRow, make_price_list};
pub use offer::{NewStockOffer, OfferAsk, StockOffer, remove_stock_offer, set_stock_offer, stock_offers};
pub use pack::{
    PackParcel, RefusedRow, Scan, ScannedParcel, SetWaybill, ShipParcels, ShippedParcels, WaybillRow,
    Waybills, WaybillsReport, WeighParcel, drop_waybill, pack, scan, scanned, second_check, set_waybill,
    set_waybills, ship, weigh,
};
pub use parcel::ParcelState;
pub use pass::{
    NewHold, PassParcel, ReleaseHold, SetCourierOf, TickCheck, check, hold, pass, release, set_courier_of,
    unpass,
};
pub use pickup::{
    EndPickup, NewPickup, Pickup, PickupFilter, PickupState, PickupWaiting, ask_pickup, end_pickup, pickups,
    pickups_waiting,
};
pub(crate) use presale::{FAR_MS, of_orders as presales_of, put as put_presales, restore as restore_presale};
pub use presale::{NewPresale, Presale, set_presale};
pub(crate) use price_change::{JOB as PRICES_JOB, next as price_list_next};
pub use price_change::{apply_price_list, revoke_price_list};
pub use price_list::{
    PriceCounts, PriceKind, PriceLine, PriceLineState, PriceList, PriceListFilter, PriceListState,
    price_lines, price_list, price_list_file, price_lists,
};
pub use price_rule::{PriceBy, PriceRound, PriceRule};
pub use print::{LeftOut, NewPrint, Paper, Print, PrintFilter, lay_out, mark_printed, prints};
pub use print_page::print_page;
pub use rule::{
    AuditRule, AuditRuleChange, NewAuditRule, RuleFilter, RuleOrder, Then, add_audit_rule, audit_rules,
    change_audit_rule, order_audit_rules, remove_audit_rule,
};
pub use settings::SETTINGS;
pub use ship::{Copies, CopiesReport, ParcelStays, reconcile, unship};
pub use status::{
    NewStatusFile, StatusFailure, StatusFile, StatusFilter, StatusLine, StatusResult, StatusState,
    StatusWaiting, make_status_file, set_status_result, status_file_bytes, status_files, status_lines,
    status_waiting,
};
pub use stock_file::stock_file;
pub use stop_area::{NewStopArea, StopArea, remove_stop_area, set_stop_area, stop_areas};
pub use table::{ReadTable, TableAsk, TableOf, TableRow, read_table};
pub(crate) use table::{is_traces, of_traces};
pub use told::{NewTold, ToldOf, set_told};
pub use trace::{LastTrace, TraceRow, Traces, TracesReport, take_traces};
pub use trail::{ParcelTrail, parcel_trail};
pub use transit::{NewTransit, Transit, TransitAsk, remove_transit, set_transit, transit_answer, transits};
pub use trouble::{
    NewTrouble, SolveTrouble, Trouble, TroubleFilter, TroubleKind, add_trouble, solve_trouble, troubles,
};
pub use try_rules::{TriedCount, TriedOrder, TriedOutcome, TriedRules, TryRules, try_rules};
pub use view::{parcel, parcels_of};
pub use wake::{price_near, prices_moved};
pub use watch::{
    ErrorSum, OverdueParcel, OverdueReason, Replenish, ReplenishAsk, WatchAsk, WatchFilter, error_sums,
    overdue, replenish,
};
pub use when::{DeskHours, Range, When};
