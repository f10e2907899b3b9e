"""How the portal is installed, served and checked on one machine; the Makefile calls these."""
