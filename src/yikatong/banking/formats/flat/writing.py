"""Writes an instruction as a bank's own text file: by the column, a block a frame, never the whole file."""

import re
from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from yikatong.banking.formats import instructions
from yikatong.banking.formats.adapters import UNFIT_TEXT
from yikatong.banking.formats.amounts import yuan_column, yuan_text
from yikatong.banking.formats.characters import ENCODINGS, byte_texts, encode, uncarried
from yikatong.banking.formats.flat.layout import INSTRUCTION, TEXTS, BankLayout, Field, Record
from yikatong.banking.formats.instructions import InstructionHeader
from yikatong.banking.formats.refusals import UnwritableInstruction

# The last eight digits of every card, added up, as in the entry hash of NACHA: a changed card shows.
CARD_HASH_DIGITS = 8
CARD_HASH_MODULUS = 10**10

_NO_CHARACTER = (
    "{field}里的{characters}，银行的 {encoding} 编码里没有。请与银行商定改用 GB18030-2022 编码，或者经本人同意、"
    "与开户姓名一致后更正登记，再重新生成。"
)
_SEPARATOR = "{field}里有银行文件用来分栏的“{separator}”。请更正登记后重新生成。"
_TOO_WIDE = "{field}超过银行文件这一栏的 {width} 个字节，不能截短。请与银行商定加宽这一栏。"


def file_name(layout: BankLayout, header: InstructionHeader) -> str:
    """What the instruction's file is called."""
    made = layout.files[INSTRUCTION].file_name
    return made.format(message_id=header.message_id, date=header.requested_on.strftime(layout.date))


def blocks(layout: BankLayout, header: InstructionHeader, frames: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    """Yield the file. Raises UnwritableInstruction."""
    instructions.refuse_header(header)
    file = layout.files[INSTRUCTION]
    if file.header:
        yield _record(layout, file.header, _values(layout, header))
    count = total_fen = card_hash = 0
    for frame in frames:
        rows = frame.with_columns(pl.col(pl.String).fill_null("")).with_row_index("line_no", offset=count + 1)
        instructions.refuse_unwritable(rows)
        for fault in unfit(layout, rows).head(1).iter_rows():
            raise UnwritableInstruction(f"款项 {fault[0][:35]} 的{fault[2]}")
        yield _lines(layout, file.detail, rows, header.message_id)
        count += frame.height
        total_fen += int(rows["amount_fen"].sum())
        card_hash += int(rows["card_number"].str.slice(-CARD_HASH_DIGITS).cast(pl.Int64).sum())
    instructions.refuse_other_totals(header, count, total_fen)
    if file.trailer:
        told = {"card_hash": str(card_hash % CARD_HASH_MODULUS)}
        yield _record(layout, file.trailer, _values(layout, header) | told)


def unfit(layout: BankLayout, rows: pl.DataFrame) -> pl.DataFrame:
    """Of payments those with a text that the file cannot carry, as ``adapters.UNFIT_TEXT``."""
    found = [_text_faults(layout, rows, field) for field in layout.files[INSTRUCTION].detail if field.name in TEXTS]
    first = pl.coalesce(pl.lit(None, pl.String), *(pl.col(f"fault {place}") for place in range(len(found))))
    told = rows.with_columns(faults.alias(f"fault {place}") for place, faults in enumerate(found))
    return told.select("end_to_end_id", "creditor_name", fault=first).drop_nulls("fault").cast(UNFIT_TEXT)  # type: ignore[arg-type]


def _text_faults(layout: BankLayout, rows: pl.DataFrame, field: Field) -> pl.Series:
    """For each payment what is wrong with one text of it, null where nothing is."""
    told, label = rows[field.name].fill_null(""), TEXTS[field.name]
    bad = uncarried("".join(told.unique().to_list()), layout.encoding)
    lacking = pl.lit(None, pl.String)
    if bad:
        among = f"[{re.escape(bad)}]"
        shown = [f"“{one}”（U+{ord(one):04X}）" for one in bad]
        characters = pl.col("told").str.extract_all(among).list.unique(maintain_order=True).list.join("、")
        sentence = _NO_CHARACTER.format(field=label, characters="{}", encoding=ENCODINGS[layout.encoding])
        named = pl.format(sentence, characters.str.replace_many(list(bad), shown))
        lacking = pl.when(pl.col("told").str.contains(among)).then(named)
        told = told.str.replace_all(among, "")
    faults = [lacking]
    if layout.separator:
        sentence = _SEPARATOR.format(field=label, separator=layout.separator)
        faults.append(pl.when(pl.col("told").str.contains(layout.separator, literal=True)).then(pl.lit(sentence)))
    if field.width is not None:
        too_wide = (
            byte_texts(told.str.replace_all(instructions.UNFIT, ""), layout.encoding).str.len_chars() > field.width
        )
        sentence = _TOO_WIDE.format(field=label, width=field.width)
        faults.append(pl.when(pl.lit(too_wide)).then(pl.lit(sentence)))
    return pl.DataFrame({"told": rows[field.name].fill_null("")}).select(pl.coalesce(faults)).to_series()


def _values(layout: BankLayout, header: InstructionHeader) -> dict[str, str]:
    return {
        "message_id": header.message_id,
        "date": header.requested_on.strftime(layout.date),
        "created": header.created_at.strftime("%Y%m%d%H%M%S"),
        "count": str(header.payment_count),
        "total": yuan_text(header.total_fen) if layout.amount == "yuan" else str(header.total_fen),
        "debtor_name": header.debtor_name,
        "debtor_account": header.debtor_account,
        "debtor_bank_code": header.debtor_bank_code,
        "debtor_bank_name": header.debtor_bank_name,
        "initiating_party": header.initiating_party,
    }


def _record(layout: BankLayout, record: Record, values: Mapping[str, str]) -> bytes:
    """A header or trailer."""
    cells = [_cell(layout, field, field.text or values[field.name]) for field in record]
    return layout.separator.encode().join(cells) + layout.newline.encode()


def _cell(layout: BankLayout, field: Field, value: str) -> bytes:
    what = f"银行文件首行或尾行的 {field.name or field.text}"
    if layout.separator and layout.separator in value:
        raise UnwritableInstruction(f"{what} 里有用来分栏的“{layout.separator}”，不能发送。")
    if bad := uncarried(value, layout.encoding):
        raise UnwritableInstruction(f"{what} 里的“{bad}”在 {ENCODINGS[layout.encoding]} 编码里没有，不能发送。")
    cell = encode(value, layout.encoding)
    if field.width is None:
        return cell
    if len(cell) > field.width:
        raise UnwritableInstruction(f"{what} 超过 {field.width} 个字节，不能截短，不能发送。")
    fill = field.fill.encode()
    return cell.ljust(field.width, fill) if field.align == "left" else cell.rjust(field.width, fill)


def _lines(layout: BankLayout, record: Record, rows: pl.DataFrame, message_id: str) -> bytes:
    """The lines of a frame, each character of them standing for one byte until the end."""
    texts = [byte_texts(rows[field.name], layout.encoding) for field in record if field.name in TEXTS]
    amount = yuan_column(pl.col("amount_fen")) if layout.amount == "yuan" else pl.col("amount_fen").cast(pl.String)
    written = rows.with_columns(
        *texts, amount=amount, line_no=pl.col("line_no").cast(pl.String), message_id=pl.lit(message_id)
    )
    constants = (encode(field.text, layout.encoding).decode("latin-1") for field in record)
    cells = written.select(
        "end_to_end_id",
        *(
            (pl.col(field.name) if field.name else pl.lit(text)).alias(f"cell {place}")
            for place, (field, text) in enumerate(zip(record, constants, strict=True))
        ),
    )
    _refuse_too_wide(cells, record)
    line = pl.concat_str(
        [_padded(field, f"cell {place}") for place, field in enumerate(record)], separator=layout.separator
    )
    joined: str = cells.select((line + layout.newline).str.join("")).item()
    return joined.encode("latin-1")


def _padded(field: Field, column: str) -> pl.Expr:
    value = pl.col(column)
    if field.width is None:
        return value
    return (value.str.pad_end if field.align == "left" else value.str.pad_start)(field.width, field.fill)


def _refuse_too_wide(cells: pl.DataFrame, record: Record) -> None:
    faults = [
        pl.when(pl.col(f"cell {place}").str.len_chars() > field.width).then(
            pl.lit(f"的 {field.name or field.text} 超过银行文件这一栏的 {field.width} 个字节，不能截短，不能发送。")
        )
        for place, field in enumerate(record)
        if field.width is not None
    ]
    told = (
        cells.select("end_to_end_id", fault=pl.coalesce(pl.lit(None, pl.String), *faults)).drop_nulls("fault").head(1)
    )
    for end_to_end_id, sentence in told.rows():
        raise UnwritableInstruction(f"款项 {end_to_end_id[:35]} {sentence}")
