# Installs emotiond into the system and takes it out again.
#
#   make                       builds
#   sudo make install          program, model, cascades, service, udev rule, configuration, documents, completions
#   sudo make uninstall        all of it but the configuration and what was recorded
#   make trainer               builds emotion-trainer; install-trainer and uninstall-trainer as above
#
# PREFIX (/usr/local) and DESTDIR (for packages) work as usual.

PREFIX ?= /usr/local
DESTDIR ?=
BINDIR = $(PREFIX)/bin
DATADIR = $(PREFIX)/share/emotiond
SYSTEMDDIR ?= /etc/systemd/system
UDEVDIR ?= /etc/udev/rules.d
CONFDIR ?= /etc/emotiond
DOCDIR ?= $(PREFIX)/share/doc/emotiond

MANDIR = $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d

BINARY = .build/release/emotiond
TRAINER = .build/release/emotion-trainer
# Manual pages and completions, written from what the programs say of themselves.
DOCUMENTS = .build/documents
BUILD = SWIFT_DETERMINISTIC_HASHING=1 swift build -c release --static-swift-stdlib --product

.PHONY: all trainer install install-trainer uninstall uninstall-trainer

# The Swift runtime is linked in: the program runs on machines without Swift.
all:
	scripts/packages build
	$(BUILD) emotiond
	scripts/man-pages $(DOCUMENTS) $(BINARY)

trainer:
	scripts/packages build
	$(BUILD) emotion-trainer
	scripts/man-pages $(DOCUMENTS) $(TRAINER)

# $(1) is the program's name.
define install-documents
	install -D -m 644 -t $(DESTDIR)$(MANDIR)/man1 $(DOCUMENTS)/$(1).1
	install -D -m 644 -t $(DESTDIR)$(BASHDIR) $(DOCUMENTS)/completions/$(1)
	install -D -m 644 -t $(DESTDIR)$(ZSHDIR) $(DOCUMENTS)/completions/_$(1)
	install -D -m 644 -t $(DESTDIR)$(FISHDIR) $(DOCUMENTS)/completions/$(1).fish
endef
define uninstall-documents
	rm -f $(DESTDIR)$(MANDIR)/man1/$(1).1 $(DESTDIR)$(BASHDIR)/$(1) $(DESTDIR)$(ZSHDIR)/_$(1) \
	  $(DESTDIR)$(FISHDIR)/$(1).fish
endef

# Does not build: compilers do not belong under sudo.
install:
	@test -x $(BINARY) || { echo "emotiond: build it first: make" >&2; exit 1; }
	install -D -m 755 $(BINARY) $(DESTDIR)$(BINDIR)/emotiond
	strip $(DESTDIR)$(BINDIR)/emotiond
	install -D -m 644 -t $(DESTDIR)$(DATADIR)/models models/*.safetensors models/README.md
	install -D -m 644 -t $(DESTDIR)$(DATADIR)/cascades cascades/*.xml cascades/README.md
	install -D -m 644 -t $(DESTDIR)$(DOCDIR) README.md
	install -D -m 644 -t $(DESTDIR)$(DOCDIR)/docs docs/*.md docs/page.png
	install -d $(DESTDIR)$(SYSTEMDDIR)
	sed 's|/usr/local/bin/|$(BINDIR)/|' systemd/emotiond@.service > $(DESTDIR)$(SYSTEMDDIR)/emotiond@.service
	chmod 644 $(DESTDIR)$(SYSTEMDDIR)/emotiond@.service
	install -m 644 systemd/emotiond@.socket $(DESTDIR)$(SYSTEMDDIR)/emotiond@.socket
	# People make the rule active there: one that is there stays.
	test -e $(DESTDIR)$(UDEVDIR)/70-emotiond.rules || \
	  install -D -m 644 systemd/70-emotiond.rules $(DESTDIR)$(UDEVDIR)/70-emotiond.rules
	test -e $(DESTDIR)$(CONFDIR)/emotiond.toml || install -D -m 644 systemd/emotiond.toml $(DESTDIR)$(CONFDIR)/emotiond.toml
	install -D -m 644 -t $(DESTDIR)$(MANDIR)/man5 $(DOCUMENTS)/emotiond.toml.5
	$(call install-documents,emotiond)
	test -n "$(DESTDIR)" || systemctl daemon-reload 2>/dev/null || true

install-trainer:
	@test -x $(TRAINER) || { echo "emotion-trainer: build it first: make trainer" >&2; exit 1; }
	install -D -m 755 $(TRAINER) $(DESTDIR)$(BINDIR)/emotion-trainer
	strip $(DESTDIR)$(BINDIR)/emotion-trainer
	$(call install-documents,emotion-trainer)

uninstall-trainer:
	rm -f $(DESTDIR)$(BINDIR)/emotion-trainer
	$(call uninstall-documents,emotion-trainer)

uninstall:
	test -n "$(DESTDIR)" || systemctl stop 'emotiond@*.socket' 'emotiond@*.service' 2>/dev/null || true
	# A template's name removes the links of all its instances; a glob would not.
	test -n "$(DESTDIR)" || systemctl disable emotiond@.service emotiond@.socket 2>/dev/null || true
	rm -f $(DESTDIR)$(BINDIR)/emotiond $(DESTDIR)$(SYSTEMDDIR)/emotiond@.service \
	  $(DESTDIR)$(SYSTEMDDIR)/emotiond@.socket $(DESTDIR)$(UDEVDIR)/70-emotiond.rules
	rm -f $(DESTDIR)$(MANDIR)/man5/emotiond.toml.5
	$(call uninstall-documents,emotiond)
	rm -rf $(DESTDIR)$(DATADIR) $(DESTDIR)$(DOCDIR)
	test -n "$(DESTDIR)" || systemctl daemon-reload 2>/dev/null || true
	@test ! -e $(DESTDIR)$(CONFDIR) || echo "emotiond: the configuration in $(CONFDIR) is kept"
	@test ! -e $(DESTDIR)/var/lib/private/emotiond || echo "emotiond: records in /var/lib/private/emotiond are kept"
