import time, os, traceback
from tests.simulation import world as w, history as h
from yikatong.core import databases, audit, proofs
from django.db import connection
import psycopg
def test_measure(fresh_database):
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as c:
        c.execute(psycopg.ClientCursor(c).mogrify(w.CLOCK,[w.BEGINNING]))
    county = w.County(fresh_database.owner_url, fresh_database.app_url)
    county.made()
    county.close()
    connection.close()
    a, b = map(int, os.environ["SEEDS"].split("-"))
    t=time.time(); p=time.process_time(); bad=[]
    for seed in range(a,b):
        t1=time.time()
        try:
            hi = h.played(seed, fresh_database, county.requests, is_loud=bool(os.environ.get("LOUD")))
            print(seed, round(time.time()-t1,2), hi.crash_count, len(hi.told), hi.state[:8], flush=True)
        except BaseException as e:
            print(seed, "FAILED", type(e), str(e)[:3000] if isinstance(e, h.Broken) else traceback.format_exc()[-3000:], flush=True)
            bad.append(seed)
            if isinstance(e, KeyboardInterrupt): raise
    print("time", time.time()-t, "cpu", time.process_time()-p, "bad", bad)
