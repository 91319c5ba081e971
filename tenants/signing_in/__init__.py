"""How a company's people come in, and who is asking: passwords, second factors, single sign-on, sessions."""
