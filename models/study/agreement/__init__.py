"""Do the measures agree with what ablating one filter does?"""
