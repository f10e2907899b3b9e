"""Does the web server of this container answer? Asked under the portal's own host name, or it would refuse."""

import http.client
import os
import sys


def main() -> int:
    """Exit 0 when /health/ answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    connection.request("GET", "/health/", headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0]})
    return 0 if connection.getresponse().status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
