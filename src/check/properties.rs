//! S02 to S07: prices of markets, dates, category, gaming options, delivery, notes.

use jiff::civil::DateTime;
use jiff::{Span, Timestamp};

use super::finding::Finding;
use super::listings::Source;
use super::rules::{S02, S03, S04, S05, S06, S07, Severity};
use super::subject::Place;
use crate::document::{ValueKind, View};

/// The codes of ISO 3166, and XK for Kosovo, which the Store has too.
const MARKETS: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK \
    FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE \
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ \
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO \
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW \
    TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";
/// A date of the service that is not set begins so.
const UNSET: &str = "1601-01-01";
/// How the modes of play are called in the members of gaming options, and the switch of each.
const MODES: [(&str, &str, &str); 2] = [
    ("isLocalMultiplayer", "localMultiplayerMinPlayers", "localMultiplayerMaxPlayers"),
    ("isLocalCooperative", "localCooperativeMinPlayers", "localCooperativeMaxPlayers"),
];
const MOST_PLAYERS: f64 = 1_000.0;
/// Words of descriptions of apps that can't be tested without an account.
const ACCOUNT: [&str; 7] = ["sign in", "sign-in", "log in", "login", "your account", "an account", "subscription"];

/// The rules about the members of a submission that are no listing. `now` decides what a date means.
pub(super) fn check(source: &Source<'_, '_>, now: Timestamp, findings: &mut Vec<Finding>) {
    let look = Look { source, root: source.document.root() };
    look.markets(findings);
    look.publication(now, findings);
    look.category(findings);
    if let Some(options) = look.root.member("gamingOptions") {
        // The service has one in a list, or null.
        for (at, options) in options.elements().into_iter().enumerate() {
            look.gaming(&format!("/gamingOptions/{at}"), options, findings);
        }
        if options.kind() == ValueKind::Object {
            look.gaming("/gamingOptions", options, findings);
        }
    }
    look.delivery(now, findings);
    look.notes(findings);
}

struct Look<'s, 'a, 't> {
    source: &'s Source<'a, 't>,
    root: View<'a, 't>,
}

impl<'a, 't> Look<'_, 'a, 't> {
    fn at(&self, pointer: impl Into<String>, value: View<'_, '_>) -> Place {
        self.source.place(pointer.into(), value)
    }

    /// The text of a member of the submission.
    fn text(&self, name: &str) -> Option<(View<'a, 't>, String)> {
        let value = self.root.member(name)?;
        Some((value, value.text()?.into_owned()))
    }

    /// The text of a member in the submission to compare with.
    fn before(&self, name: &str) -> Option<String> {
        self.source.base?.member(name)?.text().map(std::borrow::Cow::into_owned)
    }

    /// S02.
    fn markets(&self, findings: &mut Vec<Finding>) {
        let Some(pricing) = self.root.member("pricing") else { return };
        let price = pricing.member("priceId").and_then(View::text).unwrap_or_default();
        let is_paid = price.starts_with("Tier");
        for (market, value) in pricing.member("marketSpecificPricings").map(View::members).unwrap_or_default() {
            let pointer = format!("/pricing/marketSpecificPricings/{}", crate::document::Pointer::escaped(&market));
            let own = value.text().unwrap_or_default();
            let what = if !MARKETS.split(' ').any(|code| market.eq_ignore_ascii_case(code)) {
                format!("no country has the code {market}")
            } else if own == price && !price.is_empty() {
                format!("the market {market} has the price that all have, {price}")
            } else if own == "Free" && is_paid {
                format!("the product costs nothing in the market {market}, and {price} elsewhere")
            } else {
                continue;
            };
            let finding = self.at(pointer, value).finding(&S02, Severity::Warning, &what);
            findings.push(if market.eq_ignore_ascii_case("UK") { finding.remedy("write GB") } else { finding });
        }
    }

    /// S03.
    fn publication(&self, now: Timestamp, findings: &mut Vec<Finding>) {
        let mode = self.text("targetPublishMode");
        let date = self.text("targetPublishDate").filter(|(_, date)| !date.is_empty() && !date.starts_with(UNSET));
        let is_dated = mode.as_ref().is_some_and(|(_, mode)| mode == "SpecificDate");
        // What is live already had its date.
        if self.text("status").is_some_and(|(_, status)| status == "Published")
            || (date.is_some() && date.as_ref().map(|(_, date)| date) == self.before("targetPublishDate").as_ref())
        {
            return;
        }
        let find = |severity, view: View<'_, '_>, message: &str| {
            self.at("/targetPublishDate", view).finding(&S03, severity, message)
        };
        match (mode, date) {
            (Some((mode, _)), None) if is_dated => {
                findings.push(find(Severity::Error, mode, "the submission is to be published on a date, and has none"));
            }
            (Some((_, mode)), Some((view, _))) if !is_dated => {
                let message = format!("there is a date of publication, which the publish mode {mode} ignores");
                findings.push(find(Severity::Warning, view, &message));
            }
            (_, Some((view, date))) => match date.parse::<Timestamp>() {
                Ok(time) if time < now + Span::new().hours(24) => {
                    let finding = find(Severity::Error, view, "the date of publication is less than a day away");
                    findings.push(finding.compared(date, "24 hours or more from now"));
                }
                Ok(time) if time > now + Span::new().hours(24 * 366) => {
                    findings.push(find(Severity::Warning, view, "the date of publication is more than a year away"));
                }
                Ok(_) => {}
                Err(_) if date.parse::<DateTime>().is_ok() => {
                    findings.push(find(Severity::Warning, view, "the date of publication has no zone"));
                }
                Err(_) => findings.push(find(Severity::Error, view, "the date of publication is no date")),
            },
            _ => {}
        }
    }

    /// S04.
    fn category(&self, findings: &mut Vec<Finding>) {
        let Some((view, category)) = self.text("applicationCategory") else { return };
        let is_game = |category: &str| category.to_ascii_lowercase().starts_with("games");
        let at = self.at("/applicationCategory", view);
        if category == "NotSet" {
            findings.push(at.finding(&S04, Severity::Error, "the category is NotSet, which the service refuses"));
            return;
        }
        if let Some(before) = self.before("applicationCategory").filter(|before| before != "NotSet")
            && is_game(&before) != is_game(&category)
        {
            let message = format!("the category changes from {before} to {category}, between a game and another app");
            findings.push(at.finding(&S04, Severity::Error, &message).compared(category.as_str(), before));
        }
        let options = self.root.member("gamingOptions");
        if let Some(options) = options.filter(|options| !is_game(&category) && !options.elements().is_empty()) {
            let message = format!("there are gaming options, and the category {category} is no game");
            findings.push(self.at("/gamingOptions", options).finding(&S04, Severity::Warning, &message));
        }
    }

    /// S05.
    fn gaming(&self, pointer: &str, options: View<'_, '_>, findings: &mut Vec<Finding>) {
        let mut find = |name: &str, view: View<'_, '_>, message: String| {
            findings.push(self.at(format!("{pointer}/{name}"), view).finding(&S05, Severity::Error, &message));
        };
        if let Some(genres) = options.member("genres") {
            let count = genres.elements().len();
            if !(1..=3).contains(&count) {
                find("genres", genres, format!("there are {count} genres, and the Store takes one to three"));
            }
        }
        for (switch, least, most) in MODES {
            let is_on = options.member(switch).is_some_and(|value| value.kind() == ValueKind::True);
            let players = |name: &str| options.member(name).and_then(|it| Some((it, it.span().parse::<f64>().ok()?)));
            let (least_players, most_players) = (players(least), players(most));
            for (name, players) in [(least, least_players), (most, most_players)] {
                let Some((view, count)) = players else { continue };
                if count > MOST_PLAYERS {
                    find(name, view, format!("`{name}` is {count}, and the Store takes at most {MOST_PLAYERS}"));
                } else if count > 0.0 && !is_on {
                    find(name, view, format!("`{name}` is {count}, and `{switch}` is off"));
                }
            }
            if let (Some((view, fewest)), Some((_, highest))) = (least_players, most_players)
                && fewest > highest
            {
                find(least, view, format!("`{least}` is {fewest}, above `{most}`, which is {highest}"));
            }
        }
    }

    /// S06.
    fn delivery(&self, now: Timestamp, findings: &mut Vec<Finding>) {
        if let Some(options) = self.root.member("packageDeliveryOptions") {
            let rollout = options.member("packageRollout");
            if let Some(view) = rollout.and_then(|rollout| rollout.member("packageRolloutPercentage"))
                && let Ok(percentage) = view.span().parse::<f64>()
                && !(0.0..=100.0).contains(&percentage)
            {
                let at = self.at("/packageDeliveryOptions/packageRollout/packageRolloutPercentage", view);
                let message = format!("the rollout is to {percentage} % of the customers");
                findings.push(at.finding(&S06, Severity::Error, &message).compared(view.span(), "0 to 100"));
            }
            let is_mandatory = options.member("isMandatoryUpdate").is_some_and(|it| it.kind() == ValueKind::True);
            if let Some(view) = options.member("mandatoryUpdateEffectiveDate").filter(|_| is_mandatory)
                && let Some(date) = view.text()
                && date.parse::<Timestamp>().is_ok_and(|time| time < now)
            {
                let at = self.at("/packageDeliveryOptions/mandatoryUpdateEffectiveDate", view);
                findings.push(at.finding(&S06, Severity::Warning, "the update becomes mandatory in the past"));
            }
        }
        if let Some((view, visibility)) = self.text("visibility")
            && matches!(visibility.as_str(), "Private" | "Hidden")
            && self.before("visibility").as_ref() != Some(&visibility)
        {
            let message = format!("the product is {}: customers don't find it in the Store", visibility.to_lowercase());
            findings.push(self.at("/visibility", view).finding(&S06, Severity::Information, &message));
        }
    }

    /// S07.
    fn notes(&self, findings: &mut Vec<Finding>) {
        let Some((view, _)) = self.text("notesForCertification").filter(|(_, notes)| notes.trim().is_empty()) else {
            return;
        };
        let listings = self.root.member("listings").map(View::members).unwrap_or_default();
        let descriptions = listings.into_iter().filter_map(|(language, listing)| {
            Some((language, listing.member("baseListing")?.member("description")?.text()?.to_lowercase()))
        });
        let mut found = descriptions.filter_map(|(language, text)| {
            ACCOUNT.iter().find(|word| text.contains(**word)).map(|word| (language, *word))
        });
        if let Some((language, word)) = found.next() {
            let message =
                format!("the description in {language} has `{word}`, and the notes for certification are empty");
            findings.push(self.at("/notesForCertification", view).finding(&S07, Severity::Information, &message));
        }
    }
}
