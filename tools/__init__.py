"""What the makers of the project run: assets, browser, screenshots."""
