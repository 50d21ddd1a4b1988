# make demo   the three plugins on recorded data      make test   everything that a newcomer and CI run
# make live   the same on a fresh local Kubernetes    make help   all targets

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export CGO_ENABLED := 0

PLUGINS   := rsmap thrash explainfields
KUBE      ?= 1.37
LAB       := bin/lab-$(KUBE)
LAB_DIR   ?= .lab/$(KUBE)
RECORDING := examples/synergychat/recording
VERSION   := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS   := -s -w -X github.com/thrashkit/thrashkit/pkg/cli.version=$(VERSION)
ACTIONLINT := go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
GOLANGCI  := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: build
build: ## build the three plugins into bin/
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/...

.PHONY: demo
demo: build ## the three plugins on a recorded cluster
	@examples/synergychat/demo.sh $(RECORDING)

.PHONY: test
test: build lab-build ## unit, golden, script and end-to-end tests
	go test -timeout 60m ./...
	go -C test/lab test ./...

# The plugins of the end-to-end tests are processes of their own; what they do runs in test/hostile too.
RACE ?= ./cmd/... ./pkg/... ./plugins/... ./test/hostile ./test/fault ./test/leak
.PHONY: race
race: build ## packages, plugins and hostile servers under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race -timeout 40m $(RACE)

.PHONY: test-all
test-all: test ## also the long matrices and the oldest supported lab
	THRASHKIT_LONG=1 go test -count=1 -timeout 30m -run 'TestHostileProxyProperty|TestPermissionSubsetsProperty' ./test/e2e
	$(MAKE) lab-build KUBE=1.34
	THRASHKIT_LAB=1.34 go test -count=1 -timeout 30m ./test/e2e/...

FUZZTIME ?= 10s
.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (10s)
	@grep -rHoE '^func Fuzz[A-Za-z]+' --include='*_test.go' pkg | sed 's/:func / /' | while read file target; do \
	  echo "$$(dirname $$file) $$target"; \
	  go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) ./$$(dirname $$file) || exit 1; \
	done

.PHONY: soak
soak: build lab-build ## hours of random rollouts against the real controllers
	THRASHKIT_SOAK=1 go test -count=1 -timeout 6h -v -run 'Property|Histories' ./test/e2e/...

.PHONY: bench
bench: ## speed and memory of reading, walking and judging
	go test -run '^$$' -bench . -benchmem ./pkg/... ./plugins/...

BENCHSTAT := go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
BENCH ?= .
BENCHED ?= ./pkg/... ./plugins/...
.PHONY: bench-compare
bench-compare: ## the benchmarks of the revision BASE beside those of this one, six runs each (BENCH, BENCHED: which)
	@test -n '$(BASE)' || { echo 'BASE=revision is missing' >&2; exit 2; }
	dir=$$(mktemp -d); trap 'git worktree remove --force $$dir/base; rm -rf $$dir' EXIT; \
	git worktree add --detach $$dir/base '$(BASE)'; \
	for i in 1 2 3; do \
	  (cd $$dir/base && go test -run '^$$' -bench '$(BENCH)' -benchmem -count 2 $(BENCHED) >> $$dir/base.txt); \
	  go test -run '^$$' -bench '$(BENCH)' -benchmem -count 2 $(BENCHED) >> $$dir/this.txt; \
	done; \
	$(BENCHSTAT) base=$$dir/base.txt this=$$dir/this.txt

.PHONY: bench-scale
bench-scale: build lab-build ## the plugins beside kubectl on 100,000 pods of a real API server, and beside client-go on other large clusters
	go run ./test/bench -lab $(LAB)
	go run ./test/bench served -shapes all

.PHONY: score-windows
score-windows: ## predicted starts against those that really followed
	go run ./test/score windows

.PHONY: score-redaction
score-redaction: ## credentials that are hidden, and look-alikes that are not (SET=everyday for one set)
	go run ./test/score redaction -set '$(or $(SET),*)'

.PHONY: score-varied
score-varied: ## verdicts that change if a case's log or names are written in another way (SAMPLE=24 judges one case of 24)
	go run ./test/score causes -vary all -sample $(or $(SAMPLE),24)

.PHONY: score-causes
score-causes: ## verdicts on the labelled cases, both halves apart (LIST=open prints what is not right there)
	go run ./test/score causes -list '$(LIST)'

.PHONY: harvest
harvest: ## record how the programs of test/harvest/recipe fail (root on Debian, hours of packages)
	go run ./test/harvest root
	go run ./test/harvest run

.PHONY: lint
lint: ## golangci-lint on both modules, actionlint on the workflows
	$(ACTIONLINT) -shellcheck= -pyflakes=
	$(GOLANGCI) run ./...
	cd test/lab && $(GOLANGCI) run --config ../../.golangci.yaml ./...

.PHONY: docs
docs: build ## generate the reference pages and the pictures
	go run ./docs/gen

.PHONY: site
site: ## the documentation as a web site in bin/site (needs mkdocs; not part of make test)
	mkdocs build --strict

.PHONY: verify
verify: docs ## generated docs and pictures are current, modules are tidy
	go mod tidy -diff
	@git diff --exit-code --stat -- docs README.md && test -z "$$(git status --porcelain -- docs)" || \
	  { echo 'docs are not current: run make docs and commit'; exit 1; }

.PHONY: verify-tables
verify-tables: lab-build ## defaults and immutability as a real API server has them, with the counts
	go test -count=1 -v -run TestFieldTables ./test/e2e | grep -vE '^(=== |\s+--- PASS)'

.PHONY: verify-provenance
verify-provenance: build lab-build ## who set each field against what was really sent, with the counts
	go test -count=1 -v -run TestProvenance ./test/e2e | grep -E 'can be known|observed, and wrong|^(---|ok|FAIL)'

.PHONY: cross
cross: ## build and vet for windows and darwin too
	for os in windows darwin; do GOOS=$$os go build -o /dev/null ./cmd/...; GOOS=$$os go vet ./...; done

.PHONY: krew
krew: ## build krew and its validator, to hold manifests and archives to them
	GOBIN=$(CURDIR)/bin/krew go install sigs.k8s.io/krew/cmd/krew@v0.4.3 sigs.k8s.io/krew/cmd/validate-krew-manifest@v0.4.3

.PHONY: release-snapshot
release-snapshot: krew lab-build ## a release of the last commit, unpublished, in dist/: built twice, the same bytes, installed
	krew/snapshot.sh dist
	krew/reproduce.sh dist
	THRASHKIT_DIST=$(CURDIR)/dist go test -count=1 ./test/install

.PHONY: lab-build
lab-build: ## build the local Kubernetes (KUBE=1.34 for the older one)
	test/lab/build.sh $(KUBE) $(LAB)

.PHONY: lab
lab: lab-build ## start a local Kubernetes and print its KUBECONFIG line
	@$(LAB) up --dir $(LAB_DIR)

.PHONY: lab-down
lab-down: ## end it; nothing stays behind
	@$(LAB) down --dir $(LAB_DIR)

.PHONY: live
live: build lab-build ## the demo on a fresh local Kubernetes, through kubectl
	@examples/synergychat/live.sh $(LAB)
