"""The worker that is killed: a process of its own that builds, sends and fetches as fast as it can, until it dies."""

import logging
import sys
import time

import django

ROUND_SECONDS = 0.02


def main() -> None:
    """Work until killed; a broken connection is a new one in the next round."""
    django.setup()

    from django.db import DatabaseError, connection

    from yikatong.banking import actions, queries, tasks
    from yikatong.core import clock
    from yikatong.core.refusals import Refused

    logging.disable(logging.CRITICAL)
    print("ready", flush=True)
    while True:
        try:
            at = clock.now()
            by = tasks.machine(at)
            for row in queries.unsealed_requests():
                actions.seal(request_id=row["request_id"], by=by, at=at)
            tasks.exchange()
        except Refused:
            pass
        except DatabaseError:
            connection.close()
        time.sleep(ROUND_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
