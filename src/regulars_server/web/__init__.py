"""Between a request and a view: who asks, may they, what the browser is told, what is logged."""
