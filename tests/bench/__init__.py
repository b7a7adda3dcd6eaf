"""How fast a whole payment run is: ``bin/bench``. Measures the product's own actions on a throwaway database."""
