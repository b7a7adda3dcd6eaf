"""Tests of the frame: filters, style sheets, templates, pages."""
