"""Tables of people, households and the cards they are paid on."""

from .cards import Bank, Card, CardFigure, CardLoad, CardStatus
from .changes import CardChange, CardDesignation
from .people import Household, Person

__all__ = [
    "Bank",
    "Card",
    "CardChange",
    "CardDesignation",
    "CardFigure",
    "CardLoad",
    "CardStatus",
    "Household",
    "Person",
]
