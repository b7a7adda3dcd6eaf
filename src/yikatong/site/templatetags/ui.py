"""Filters and tags of every page: ``{% load ui %}``. What they show is computed in ``site.showing``."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any

import lucide
from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput
from django.http import QueryDict
from django.templatetags.static import static
from django.urls import ResolverMatch, resolve
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from yikatong.core import subjects
from yikatong.core.authz import Actor
from yikatong.core.models import Decision
from yikatong.core.papers import Sheet
from yikatong.core.slots import Stage
from yikatong.core.workflow import Flow
from yikatong.kit import masking, money

from .. import desk, helping, static_files
from ..showing import decisions as deciding
from ..showing import figures, findings, states

register = template.Library()

register.filter("yuan", figures.yuan)
register.filter("money", figures.money)
register.filter("wan", figures.wan)
register.filter("qty", figures.quantity)
register.filter("count", figures.count)
register.filter("permille", figures.permille)
register.filter("cn_date", figures.cn_date)
register.filter("day", figures.iso_day)
register.filter("moment", figures.moment)
register.filter("fingerprint", figures.fingerprint)
register.filter("capital", money.capital)
register.filter("mask_name", masking.name)
register.filter("mask_id", masking.id_number)
register.filter("mask_card", masking.card_number)
register.filter("mask_mobile", masking.mobile)
register.filter("mask_numbers", figures.masked_numbers)


@register.simple_tag
def style_sheets() -> SafeString:
    """``{% style_sheets %}``: the links to the style sheets, which a server has put into one."""
    links = ((static(sheet),) for sheet in static_files.sheets())
    return format_html_join("", '<link rel="stylesheet" href="{}">\n', links)


@register.simple_tag
def icon(name: str, size: int = 18, words: str = "") -> SafeString:
    """``{% icon "inbox" %}``: a lucide icon inline; ``words`` names it for those who cannot see it."""
    spoken: dict[str, str] = {"role": "img", "aria-label": words + ""} if words else {"aria-hidden": "true"}
    # The name comes from our own templates and code, and lucide escapes the attributes.
    return mark_safe(lucide._render_icon(name + "", size, **spoken))  # noqa: S308


@register.simple_tag
def status(state: str, words: str = "") -> SafeString:
    """``{% status batch.state words %}``: color, icon and word of a state together."""
    tone, icon_name = states.look(state)
    return format_html(
        '<span class="he-tag{}">{}{}</span>', f" he-tag--{tone}" if tone else "", icon(icon_name, 14), words or state
    )


@register.simple_tag
def state_of(flow: Flow, subject: Any) -> SafeString:
    """``{% state_of flow batch %}``: the status of a flow's subject in the flow's own words."""
    return status(*flow.standing(subject))


@register.simple_tag
def state_words(flow: Flow, subject: Any) -> str:
    """``{% state_words flow batch %}``: the same as words alone, for headings."""
    return flow.standing(subject)[1]


@register.simple_tag
def stands(flow: Flow, things: Any, noun: str, none: str) -> str:
    """``{% stands flow batches "个批次" "还没有批次" %}``: the finding of a list, see ``findings.stand``."""
    return findings.stand(flow, things, noun, none)


@register.simple_tag
def tag(words: str, tone: str = "", icon_name: str = "") -> SafeString:
    """``{% tag "一致" "ok" "equal" %}``: a word with tone and icon that is not a state."""
    drawn = icon(icon_name, 14) if icon_name else ""
    return format_html('<span class="he-tag{}">{}{}</span>', f" he-tag--{tone}" if tone else "", drawn, words)


@register.simple_tag
def due(due_on: date | None, today: date) -> SafeString:
    """``{% due item.due_on business_today %}``: 剩 3 天 grey, 剩 1 天 amber, 今天到期 and 超期 red with a triangle."""
    if due_on is None:
        return format_html('<span class="u-muted">{}</span>', figures.NOTHING)
    words, tone = figures.due_words(due_on, today)
    drawn = format_html("{} ", icon("triangle-alert", 14)) if tone == "error" else ""
    strong = " u-bold" if tone != "muted" else ""
    return format_html(
        '<span class="he-due u-{}{}" title="{}">{}{}</span>', tone, strong, figures.iso_day(due_on), drawn, words
    )


@register.inclusion_tag("site/_ribbon.html", takes_context=True)
def ribbon(context: template.Context, stages: Sequence[Stage]) -> dict[str, Any]:
    """``{% ribbon stages %}``: 钱走到哪了, from ``core.slots.stages(batch_id=…)``; links only where one may go."""
    actor = context.get("actor")
    actor = actor() if callable(actor) else actor
    closed = {one.url for one in stages if one.url and actor is not None and not _may_open(one.url, actor)}
    return {"stages": [replace(one, url="") if one.url in closed else one for one in stages]}


def _may_open(url: str, actor: Actor) -> bool:
    """Whether the page at ``url`` has a door that this actor holds a permission for (see ``core.doors.door``)."""
    return any(actor.may(permission) for permission in getattr(resolve(url).func, "permissions", ()))


@register.simple_block_tag
def card(content: str, title: str = "", note: str = "", flush: bool = False) -> SafeString:
    """``{% card "三方核对" "逐笔累加" %}…{% endcard %}``; ``flush=True`` for a table that touches the card's edges."""
    head = format_html(
        '<header class="he-card__head"><h2>{}</h2><span class="u-muted u-small">{}</span></header>', title, note
    )
    body = content if flush else format_html('<div class="he-card__body">{}</div>', content)
    return format_html('<section class="he-card">{}{}</section>', head if title else "", body)


@register.simple_block_tag
def note(content: str, tone: str = "info", title: str = "") -> SafeString:
    """``{% note "error" "现在不能通过" %}白塔乡差 ¥100.00{% endnote %}``; tones: info, ok, warn, error."""
    icon_name = {"ok": "circle-check", "warn": "triangle-alert", "error": "circle-x"}.get(tone, "info")
    strong = format_html("<b>{}</b>", title) if title else ""
    return format_html(
        '<div class="he-note he-note--{}">{}<div>{}<div>{}</div></div></div>', tone, icon(icon_name), strong, content
    )


@register.simple_tag
def nothing(words: str, hint: str = "", icon_name: str = "circle-check") -> SafeString:
    """``{% nothing "没有要您办的事。" "下一件：11-25 地力补贴第二批" %}``: an empty list says why, and what is next."""
    return format_html(
        '<div class="he-empty">{}<p class="he-empty__words">{}</p><p>{}</p></div>', icon(icon_name, 32), words, hint
    )


@register.inclusion_tag("site/_trail.html")
def trail(decisions: Iterable[Decision], flow: Flow) -> dict[str, Any]:
    """``{% trail decisions flow %}``: decisions as sentences, oldest first (``core.workflow.trail(flow, pk)``)."""
    return {"steps": [deciding.told(decision, flow) for decision in decisions]}


@register.inclusion_tag("site/_decide.html", takes_context=True)
def decide(
    context: template.Context, flow: Flow, subject: Any, actor: Actor, post_to: str = "", due_on: date | None = None
) -> dict[str, Any]:
    """``{% url "batches:decide" batch.no as post_to %}{% decide flow batch actor post_to batch.cycle.pay_due_on %}``:
    buttons, or who is next and by when.

    Each button POSTs ``verb``, ``version``, ``digest`` and, where there is one, ``reason`` to ``post_to``.
    """
    steps = flow.open_to(subject, actor)
    plain = [step for step in steps if not step.reason_required]
    leads_on = any(step.primary for step in steps)
    return {
        "csrf_token": context.get("csrf_token", ""),
        "subject": subject,
        "due_on": due_on,
        "business_today": context.get("business_today"),
        "post_to": post_to,
        "key": f"{flow.name}-{subject.pk}",
        "plain_steps": plain,
        "reasoned_steps": [step for step in steps if step.reason_required],
        "leads_on": leads_on,
        "takes_remark": any(deciding.takes_remark(step) for step in plain),
        "waiting": "" if leads_on else deciding.waiting_words(flow, subject),
        "barred": not leads_on and deciding.barred_by_four_eyes(flow, subject, actor),
        "state_words": flow.standing(subject)[1],
    }


@register.filter
def has_help(match: ResolverMatch | None) -> bool:
    """``{% if request.resolver_match|has_help %}``: whether the page has its 本页怎么用."""
    return match is not None and helping.page(match.view_name) is not None


@register.simple_tag
def waited(since: Any, today: date) -> str:
    """``{% waited item.since business_today %}``: how long something has waited, in whole days."""
    return figures.waited_words(since, today)


@register.inclusion_tag("site/_watch.html", takes_context=True)
def watch(context: template.Context, flow: Flow, subject: Any) -> dict[str, Any]:
    """``{% watch flow batch %}``: the button 关注, or 取消关注; nothing for kinds that no list shows."""
    request, actor = context.get("request"), context.get("actor")
    actor = actor() if callable(actor) else actor
    if request is None or actor is None or flow.name not in subjects.KINDS:
        return {}
    return {
        "csrf_token": context.get("csrf_token", ""),
        "flow_name": flow.name,
        "subject_id": subject.pk,
        "watched": desk.watches(actor, flow.name, subject.pk),
        "back": request.path,
    }


@register.simple_tag
def waits(flow: Flow, subject: Any) -> str:
    """``{% waits flow batch %}``: who is next, as a sentence without its full stop."""
    return deciding.waiting_words(flow, subject)


@register.inclusion_tag("site/_pager.html", takes_context=True)
def pager(context: template.Context, page: Page[Any], name: str = "page", of: str = "") -> dict[str, Any]:
    """``{% pager page %}``: 共 1,286 条，第 2 / 26 页; keeps the filters that stand in the address.

    A second list of a page says by which ``name`` the address counts its pages, and ``of`` what they are.
    """
    request = context.get("request")
    kept = request.GET.copy() if request else QueryDict(mutable=True)
    label = f"翻页：{of}" if of else "翻页"
    return {
        "page": page,
        "label": label,
        "before": _turned(kept, name, page.number - 1),
        "after": _turned(kept, name, page.number + 1),
    }


def _turned(kept: QueryDict, name: str, number: int) -> str:
    kept[name] = str(number)
    return f"?{kept.urlencode()}"


@register.filter
def printed_rows(sheet: Sheet) -> SafeString:
    """``{{ sheet|printed_rows }}``: the rows of a sheet. A board has thousands, so that no template goes through them."""
    begun = {False: "<td>", True: '<td class="he-num">'}
    rows = [
        f"<tr><td>{number}</td>{''.join([f'{begun[is_number]}{escape(text)}</td>' for text, is_number in texts])}</tr>"
        for number, texts in sheet.lines
    ]
    return mark_safe("".join(rows))  # noqa: S308  every text was escaped


@register.inclusion_tag("site/_field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """``{% field form.due_on %}``: label, hint, error and control of one form field."""
    return {"field": bound, "is_check": isinstance(bound.field.widget, CheckboxInput)}


@register.inclusion_tag("site/_bar.html")
def money_bar(parts: Iterable[tuple[str, int, str]], title: str = "") -> dict[str, Any]:
    """``{% money_bar parts "钱在哪里" %}``: parts are (words, fen, tone); a bar with its legend, as SVG."""
    shown = [(words, fen, tone) for words, fen, tone in parts if fen > 0]
    whole = sum(fen for _, fen, _ in shown)
    slices = []
    begun = 0
    for words, fen, tone in shown:
        x = begun * 1000 // whole
        begun += fen
        slices.append({"words": words, "fen": fen, "tone": tone, "x": x, "width": max(begun * 1000 // whole - x, 2)})
    return {"slices": slices, "title": title, "whole_fen": whole}


@register.inclusion_tag("site/_watermark.html")
def watermark(actor: Actor, at: Any) -> dict[str, Any]:
    """``{% watermark actor business_today %}``: a faint name and day over pages that show whole numbers."""
    return {"words": f"{actor.name} {figures.iso_day(at)}"}


@register.inclusion_tag("site/_export.html", takes_context=True)
def export_button(context: template.Context) -> dict[str, Any]:
    """``{% export_button %}``: 导出 Excel, and 打印 where it is meant for paper, on every page whose view has lists
    (``core.listing.listed``); nothing elsewhere."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if request is None or request.method != "GET" or match is None or not hasattr(match.func, "listing"):
        return {}
    page, printed = request.get_full_path(), match.func.listing.printed
    return {"csrf_token": context.get("csrf_token", ""), "page": page, "printed": printed}
