.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench fuzz sanitize matrix docs

help: ## print this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

test: ## install what the tests need and run every test, unit and integration
	@Tests/Support/test.sh

lint: ## check the format of all Swift files
	@swift format lint --strict --recursive Sources Tests Examples Package.swift

format: ## bring all Swift files into form
	@swift format --in-place --recursive Sources Tests Examples Package.swift
