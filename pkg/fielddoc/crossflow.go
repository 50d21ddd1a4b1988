package fielddoc

import "math"

// exemptLevel: the type Exempt is for the level of that name only, which the server keeps.
// Upstream: ValidateIfMandatoryPriorityLevelConfigurationObject and
// ValidatePriorityLevelConfigurationSpec.
func exemptLevel(s scope) {
	name := s.text("metadata.name")
	kind := s.text("spec.type")
	if name == "" || (kind != "Exempt" && kind != "Limited") {
		return // reported at its own field
	}
	if kind == "Exempt" && name != "exempt" {
		s.refuse("spec.type", "can be Exempt only in the PriorityLevelConfiguration exempt")
	}
	if kind == "Limited" && name == "exempt" {
		s.refuse("spec.type", "must be Exempt in the PriorityLevelConfiguration exempt")
	}
}

// queueHands: a hand has at most as many queues as there are, and so few that a hash of
// 60 bits can select each hand: apiserver pkg/util/shufflesharding.
func queueHands(s scope) {
	queues, _ := s.number("queues")
	if queues == 0 {
		queues = 64 // which the server fills in, as 8 for handSize
	}
	hand, _ := s.number("handSize")
	if hand == 0 {
		hand = 8
	}
	switch {
	case hand < 1 || queues < 1: // reported at its own field
	case hand > queues:
		s.refuse("handSize", "is %v, but queues is %v", hand, queues)
	case handBits(queues, hand) > 60:
		s.refuse("handSize", "is %v, too much for %v queues: use fewer of one of them", hand, queues)
	}
}

// handBits returns the bits that a hash needs to choose a hand of cards from a deck.
func handBits(deck, hand float64) float64 {
	return math.Ceil(math.Log2(deck) * hand)
}
