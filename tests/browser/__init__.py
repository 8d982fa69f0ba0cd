"""Tests in a browser.  A package, so that its `conftest` is another than that of the other tests."""
