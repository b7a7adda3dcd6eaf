"""The template library of the site: ``{% load ui %}``."""
