; written by parabound VERSION for dReal 4 (SMT-LIB 2, with its min, max, abs and exp)
; asked    the largest |f_p0(x) - level| of an x of class 1 for which some p gives f_p(x) another label, for x in the domain and p in the box
; label    1 if f > 0.5, else 0
; answers  the optimum is of z of f_p0; sigma is |f - level| there; what dReal returns is near it, to its precision, on either side: it proves no bound (see (check-sat) beside a threshold for that)
;          unsat: no label of this class changes, sigma is 0
; network  cats.json, 2-1 (sigmoid), sha256 a776db692124e78c8323894cc3dda1605c23b9c0d4c68b9c5e6a8fb6ea12a188
; inputs   x1 (heart weight (g)) in [6.3, 20.5]
;          x2 (body weight (kg)) in [2, 3.9]
; unknowns w1_0_2 is the weight of layer 1 from 2 to 0, b1_0 the bias; what cannot move is a number
; numbers  exact: none is rounded
(set-logic QF_NRA)
(declare-fun x1 () Real) ; heart weight (g)
(assert (<= 6.29999999999999982236431605997495353221893310546875 x1))
(assert (<= x1 20.5))
(declare-fun x2 () Real) ; body weight (kg)
(assert (<= 2.0 x2))
(assert (<= x2 3.899999999999999911182158029987476766109466552734375))
(declare-fun w0_0_0 () Real)
(assert (<= 0.06577862000000000465560479057103293598629534244537353515625 w0_0_0))
(assert (<= w0_0_0 0.08577862000000000507193842480546663864515721797943115234375))
(declare-fun w0_0_1 () Real)
(assert (<= 1.17118407999999996939310964449987295665778219699859619140625 w0_0_1))
(assert (<= w0_0_1 1.19118407999999996980944327873430665931664407253265380859375))
(declare-fun b0_0 () Real)
(assert (<= -3.52518066999999989639957842513240393600426614284515380859375 b0_0))
(assert (<= b0_0 -3.50518066999999989598324479089797023334540426731109619140625))
(assert (> (+ (* 0.07577862000000000486377160768824978731572628021240234375 x1) (* 1.181184079999999969601276461617089807987213134765625 x2) -3.515180669999999896191411608015187084674835205078125) 0.0))
(assert (<= (+ (* w0_0_0 x1) (* w0_0_1 x2) b0_0) 0.0))
(maximize (+ (* 0.07577862000000000486377160768824978731572628021240234375 x1) (* 1.181184079999999969601276461617089807987213134765625 x2) -3.515180669999999896191411608015187084674835205078125))
(check-sat)
(get-model)
(exit)
