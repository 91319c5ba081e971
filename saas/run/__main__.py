import sys

from saas.run.development import main

sys.exit(main())
