"""How fast a whole payment run is: ``bin/bench``. Measures the product's own actions on a throwaway database.

``preparing`` lays down a made-up county, ``stages`` and ``reissue`` take the demo's own steps over it with a ``bank`` that
answers at once, ``meter`` and ``memory`` look on, ``floor`` asks PostgreSQL for the same rows by COPY, ``report`` tells.
"""
