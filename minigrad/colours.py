"""The colours of every figure: Okabe and Ito's, which most of the colour-blind tell apart too."""

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, DARK_GREY = "#6E6E6E", "#555555"  # for axes and what stands in the background; not theirs
