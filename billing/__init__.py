"""Why a company may use what it uses."""
