.DEFAULT_GOAL := help
.PHONY: help demo test lint format bench fuzz sanitize matrix docs

help: ## print this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

demo: ## install what is missing, then back up and restore a throw-away database and report
	@Examples/demo.sh

test: ## install what the tests need and run every test, unit and integration
	@Tests/Support/test.sh

lint: ## check the form of all Swift files and the C code for arm64
	@Tests/Support/lint.sh

format: ## bring all Swift files into form
	@swift format --in-place --recursive Sources Tests Examples Package.swift

bench: ## measure speed and memory beside other tools (release build; takes about half an hour)
	@Tests/Benchmarks/run.sh

fuzz: ## fuzz every parser (seconds each: make fuzz SECONDS_EACH=60)
	@Tests/Fuzz/run.sh $(SECONDS_EACH)

sanitize: ## run the tests under the thread and the address sanitizer
	@Tests/Support/sanitize.sh

matrix: ## run the store conformance suite on every S3 server, and the backups on every PostgreSQL; try the image
	@Tests/Support/matrix.sh

docs: ## build the DocC documentation of every public module, warnings as errors
	@Tests/Support/docs.sh
