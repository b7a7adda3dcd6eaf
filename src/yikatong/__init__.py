"""Yikatong (一卡通): subsidies from a township's roster to each person's one card, in the open and without losing a fen."""

import os

# Polars' allocator keeps what was let go of, a fifth of what a process holds while a long file is read; to give it back at
# once costs no time that could be measured. It looks here when polars is imported, which is always later than this.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
